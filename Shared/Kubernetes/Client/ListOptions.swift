/// Which objects to list, and how many.
public struct ListOptions: Sendable {
  public var labelSelector: String?
  public var fieldSelector: String?
  /// Objects per page. Pages bound the memory of a large list: a pod is about 10 KB of JSON.
  public var pageSize: Int
  /// The most objects of all pages together; more is ``KubernetesError/listTooLong(limit:)``.
  public var maximumItems: Int
  /// Take what came up to the bound instead of throwing: for objects of which any part is of use (events).
  public var truncates: Bool

  public init(
    labelSelector: String? = nil, fieldSelector: String? = nil, pageSize: Int = 100, maximumItems: Int = 20_000,
    truncates: Bool = false
  ) {
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
    self.pageSize = pageSize
    self.maximumItems = maximumItems
    self.truncates = truncates
  }

  /// `resourceVersion` is left out on purpose: a list at version 0 ignores `limit`.
  func query(continue token: String?) -> Query {
    var query = Query()
    query.add("limit", String(pageSize))
    query.add("labelSelector", labelSelector)
    query.add("fieldSelector", fieldSelector)
    query.add("continue", token)
    return query
  }
}

/// How a log is cut.
public struct LogOptions: Sendable {
  /// Must be named when the pod has more than one: the server heeds no annotation for a default.
  public var container: String
  /// The run before the current one. During CrashLoopBackOff both give the same.
  public var previous: Bool
  public var tailLines: Int?
  /// Cuts inside a line.
  public var limitBytes: Int
  public var sinceSeconds: Int?
  public var timestamps: Bool

  public init(
    container: String, previous: Bool = false, tailLines: Int? = nil, limitBytes: Int = 256 * 1024, sinceSeconds: Int? = nil,
    timestamps: Bool = false
  ) {
    self.container = container
    self.previous = previous
    self.tailLines = tailLines
    self.limitBytes = limitBytes
    self.sinceSeconds = sinceSeconds
    self.timestamps = timestamps
  }

  var query: Query {
    var query = Query()
    query.add("container", container)
    query.add("previous", previous ? "true" : nil)
    query.add("tailLines", tailLines.map { String($0) })
    query.add("limitBytes", String(limitBytes))
    query.add("sinceSeconds", sinceSeconds.map { String($0) })
    query.add("timestamps", timestamps ? "true" : nil)
    return query
  }
}

/// How a change is made.
public struct WriteOptions: Sendable {
  /// The name that `managedFields` records; without one the server takes it from the User-Agent.
  public var fieldManager: String?
  /// Validate and admit, but do not store. Misses what only storage would refuse.
  public var dryRun: Bool

  public init(fieldManager: String? = nil, dryRun: Bool = false) {
    self.fieldManager = fieldManager
    self.dryRun = dryRun
  }

  var query: Query {
    var query = Query()
    query.add("fieldManager", fieldManager)
    query.add("dryRun", dryRun ? "All" : nil)
    return query
  }
}

/// Query parameters in the order in which they were added.
struct Query: Sendable {
  private(set) var text = ""

  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    text += (text.isEmpty ? "?" : "&") + name + "=" + value.percentEncoded
  }
}
