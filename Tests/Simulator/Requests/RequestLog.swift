/// One request that the simulator answered.
public struct RecordedRequest: Sendable, Hashable {
  /// Counts up from 1.
  public let number: Int
  /// The moment in simulated time.
  public let time: Timestamp
  public let method: String
  /// The path without its query.
  public let path: String
  /// The query as it was sent.
  public let query: String
  /// The user, empty when the login failed.
  public let user: String
  /// What the API takes the method for: `get`, `list`, `patch`, …; empty for paths that are no resource.
  public let verb: String
  /// The body: JSON as such, anything else as text. Of more than ``RecordedRequest/longestBody`` bytes only the size and the
  /// FNV-1a digest are kept; tokens in reviews are left out.
  public let body: JSONValue?
  public let status: Int

  /// The most bytes of a body that are kept.
  public static let longestBody = 262_144

  /// Whether it could change something: any method but GET and HEAD, and neither a review nor a token request nor a dry run.
  public var isMutating: Bool {
    !["GET", "HEAD"].contains(method) && !path.hasSuffix("reviews") && !path.hasSuffix("/token") && !query.contains("dryRun=All")
  }

  /// The request as the control endpoint shows it.
  var json: JSONValue {
    [
      "number": .integer(Int64(number)), "time": .string(time.rfc3339Micro), "method": .string(method), "verb": .string(verb),
      "path": .string(path),
      "query": .string(query), "user": .string(user), "status": .integer(Int64(status)), "body": body ?? .null,
    ]
  }
}

/// Which recorded requests are meant.
public struct RequestQuery: Sendable, Hashable {
  /// Only those that could change something.
  public var mutatingOnly = false
  public var method: String?
  /// A part of the path.
  public var pathContains: String?
  public var user: String?
  /// Only this status.
  public var status: Int?
  /// Only those with a higher number.
  public var after = 0

  /// Every request.
  public init(
    mutatingOnly: Bool = false, method: String? = nil, pathContains: String? = nil, user: String? = nil, status: Int? = nil,
    after: Int = 0
  ) {
    self.mutatingOnly = mutatingOnly
    self.method = method
    self.pathContains = pathContains
    self.user = user
    self.status = status
    self.after = after
  }

  func matches(_ request: RecordedRequest) -> Bool {
    request.number > after && (!mutatingOnly || request.isMutating) && (method == nil || request.method == method)
      && (pathContains.map(request.path.contains) ?? true) && (user == nil || request.user == user)
      && (status == nil || request.status == status)
  }
}

/// The latest requests, mutating ones for longer than reads.
struct RequestLog: Sendable {
  static let mostReads = 5_000
  static let mostMutations = 50_000

  private var reads: [RecordedRequest] = []
  private var mutations: [RecordedRequest] = []
  private var serial = 0

  mutating func add(_ request: APIRequest, query: String, user: String, status: Int, time: Timestamp) {
    serial += 1
    let holdsToken = request.path.hasSuffix("/tokenreviews") || request.path.hasSuffix("/token")
    let entry = RecordedRequest(
      number: serial, time: time, method: request.method, path: request.path, query: query, user: user,
      verb: request.target.isResource ? request.target.verb(method: request.method, query: request.query)?.rawValue ?? "" : "",
      // The literal nil would be JSON's null here.
      body: holdsToken || request.body.isEmpty ? JSONValue?.none : Self.kept(request.body), status: status)
    if entry.isMutating {
      mutations.append(entry)
      if mutations.count > Self.mostMutations { mutations.removeFirst(Self.mostMutations / 10) }
    } else {
      reads.append(entry)
      if reads.count > Self.mostReads { reads.removeFirst(Self.mostReads / 10) }
    }
  }

  private static func kept(_ body: [UInt8]) -> JSONValue {
    guard body.count <= RecordedRequest.longestBody else {
      let text = String(decoding: body, as: UTF8.self)
      return ["bytes": .integer(Int64(body.count)), "fnv1a": .string(String(PodTemplateHash.number(text), radix: 16))]
    }
    return (try? JSONValue(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
  }

  func matching(_ query: RequestQuery) -> [RecordedRequest] {
    let candidates = query.mutatingOnly ? mutations : (reads + mutations).sorted { $0.number < $1.number }
    return candidates.filter(query.matches)
  }

  mutating func clear() {
    reads = []
    mutations = []
  }
}
