/// Keeps remembered incidents by what their trouble was like, and finds those that are near.
public protocol PrecedentIndex: Sendable {
  /// Returns when they will be found. One that is known already is replaced.
  func remember(_ incidents: [RememberedIncident]) async throws(MemoryError)

  /// Those of a team, nearest first; among equals the newest first.
  /// - Parameters:
  ///   - similarity: what is less near is left out.
  ///   - limit: at most so many.
  func nearest(
    to embedding: Embedding, of team: String, atLeast similarity: Float, limit: Int
  ) async throws(MemoryError) -> [Recollection]

  /// How many are remembered, of all teams and versions.
  func count() async throws(MemoryError) -> Int

  func forgetAll() async throws(MemoryError)
}

/// Why the past could not be asked, or told. Texts are one line and hold no secret.
public enum MemoryError: Error, Sendable, Hashable {
  case unavailable(String)
  case timedOut
  case unauthorized(String)
  /// It answered, but not with what was asked for.
  case invalidAnswer(String)
}

extension MemoryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unavailable(let reason): "is not available (\(reason))"
    case .timedOut: "did not answer in time"
    case .unauthorized(let reason): "refused the key (\(reason))"
    case .invalidAnswer(let reason): "gave no valid answer (\(reason))"
    }
  }
}
