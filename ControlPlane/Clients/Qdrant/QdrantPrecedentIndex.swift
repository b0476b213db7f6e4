import FoundationEssentials
public import HTTP
public import Pipeline
import Synchronization

/// Precedents in a Qdrant, as points of the collection `incidents`.
public final class QdrantPrecedentIndex: PrecedentIndex {
  private let settings: QdrantSettings
  private let client: HTTPClient
  /// Whether the collection was there when last looked at.
  private let isPrepared = Mutex(false)

  /// Of an answer, in bytes: some points with their vectors.
  private static let answerLimit = 1024 * 1024
  /// Of one upsert.
  private static let pointLimit = 500

  public init(settings: QdrantSettings, client: HTTPClient) {
    self.settings = settings
    self.client = client
  }

  public func remember(_ incidents: [RememberedIncident]) async throws(MemoryError) {
    try await prepare()
    for start in stride(from: 0, to: incidents.count, by: Self.pointLimit) {
      let some = incidents[start..<min(incidents.count, start + Self.pointLimit)]
      try await change(.put, "/points?wait=true", QdrantMessages.Upsert(points: some.map(QdrantPoint.init)))
    }
  }

  public func nearest(
    to embedding: Embedding, of team: String, atLeast similarity: Float, limit: Int
  ) async throws(MemoryError) -> [Recollection] {
    guard limit > 0 else { return [] }
    let query = QdrantMessages.Query(
      query: embedding.values, filter: .init(team: team, version: Embedding.version), limit: limit, scoreThreshold: similarity)
    let found: QdrantMessages.Points?
    found = try await ask(.post, "/points/query", query, within: settings.searchDeadline)
    let hits = found?.points.prefix(limit).compactMap { $0.recollection(of: team, atLeast: similarity) } ?? []
    return hits.sorted { ($1.similarity, $1.incident.at) < ($0.similarity, $0.incident.at) }
  }

  public func count() async throws(MemoryError) -> Int {
    let found: QdrantMessages.Counted? = try await ask(
      .post, "/points/count", QdrantMessages.Count(), within: settings.writeDeadline)
    return found?.count ?? 0
  }

  public func forgetAll() async throws(MemoryError) {
    isPrepared.withLock { $0 = false }
    let _: Bool? = try await ask(.delete, "", String?.none, within: settings.writeDeadline)
  }

  /// Makes the collection, and the index by team, when they are not there.
  private func prepare() async throws(MemoryError) {
    guard !isPrepared.withLock({ $0 }) else { return }
    let found: QdrantMessages.Existence? = try await ask(
      .get, "/exists", String?.none, within: settings.writeDeadline)
    if found?.exists != true {
      let vectors = QdrantMessages.CreateCollection.Vectors(size: Embedding.dimensions)
      try await change(.put, "", QdrantMessages.CreateCollection(vectors: vectors))
      try await change(.put, "/index?wait=true", QdrantMessages.CreateIndex(fieldName: "team"))
    }
    isPrepared.withLock { $0 = true }
  }
}

// One request.
extension QdrantPrecedentIndex {
  /// - Throws: also when the collection is not there: somebody took it away since, and the next try makes it again.
  private func change(_ method: ClientRequest.Method, _ path: String, _ body: some Encodable) async throws(MemoryError) {
    let answer: Ignored? = try await ask(method, path, body, within: settings.writeDeadline)
    guard answer != nil else { throw .unavailable("the collection \(settings.collection) is gone") }
  }

  private struct Ignored: Decodable { init(from decoder: any Decoder) {} }

  /// - Returns: nil when there is no such collection.
  private func ask<Result: Decodable>(
    _ method: ClientRequest.Method, _ path: String, _ body: (some Encodable)?, within deadline: Duration
  ) async throws(MemoryError) -> Result? {
    var request = ClientRequest(method, "\(settings.url)/collections/\(settings.collection)\(path)")
    request.headers = [("Accept", "application/json")]
    if let body {
      guard let bytes = try? JSONEncoder().encode(body) else { throw .invalidAnswer("the question cannot be written") }
      request.body = [UInt8](bytes)
      request.headers.append(("Content-Type", "application/json"))
    }
    if let key = settings.apiKey { request.headers.append(("api-key", key.reveal())) }
    request.deadline = deadline
    let (status, bytes) = try await send(request)
    switch status {
    case 200:
      guard let answer = try? JSONDecoder().decode(QdrantMessages.Answer<Result>.self, from: Data(bytes)) else {
        throw .invalidAnswer("it is not what Qdrant answers")
      }
      return answer.result
    case 404:
      // A server that knows no such path is another one, not an empty memory.
      guard (try? JSONDecoder().decode(QdrantMessages.Failure.self, from: Data(bytes))) != nil else {
        throw .invalidAnswer("it is not what Qdrant answers")
      }
      isPrepared.withLock { $0 = false }
      return nil
    case 401, 403: throw .unauthorized("status \(status)")
    default: throw .unavailable("status \(status): \(reason(in: bytes))")
    }
  }

  private func send(_ request: ClientRequest) async throws(MemoryError) -> (Int, [UInt8]) {
    do throws(HTTPError) {
      let response = try await client.send(request)
      return (response.status, try await response.collect(upTo: Self.answerLimit))
    } catch {
      switch error {
      case .timedOut: throw .timedOut
      case .bodyTooLarge, .headTooLarge: throw .invalidAnswer(error.description)
      default: throw .unavailable(hidden(error.description))
      }
    }
  }

  private func reason(in bytes: [UInt8]) -> String {
    let failure = try? JSONDecoder().decode(QdrantMessages.Failure.self, from: Data(bytes))
    return hidden(failure?.status.error ?? "no reason given")
  }

  private func hidden(_ text: String) -> String {
    let key = settings.apiKey?.reveal() ?? ""
    let clean = key.isEmpty ? text : text.split(separator: key, omittingEmptySubsequences: false).joined(separator: "(redacted)")
    return OneLine.of(clean, limit: 200)
  }
}
