/// A time in which something was not watched: silence in it says nothing.
public struct BlindSpan: Sendable, Hashable, Codable {
  /// `pods`, `events`, `agent`, `api`, …
  public let what: String
  public let why: String
  public let from: Timestamp
  /// Nil while it lasts.
  public let to: Timestamp?

  public init(
    what: String, why: String, from: Timestamp, to: Timestamp? = nil
  ) {
    self.what = what
    self.why = why
    self.from = from
    self.to = to
  }
}
