/// `POST /agent/v1/progress`: how far a long act has come, such as a drain.
public struct ActProgress: Sendable, Hashable, Codable {
  public let command: String
  public let done: Int
  public let total: Int
  /// One line: what it waits for.
  public let detail: String
  public let at: Timestamp

  public init(
    command: String, done: Int, total: Int, detail: String, at: Timestamp
  ) {
    self.command = command
    self.done = done
    self.total = total
    self.detail = detail
    self.at = at
  }
}
