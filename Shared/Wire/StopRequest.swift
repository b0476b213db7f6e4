/// Asks the agent to end an act that takes long. What was done stays done; its result says how far it came.
public struct StopRequest: Sendable, Hashable, Codable {
  /// The id of the act's command.
  public let command: String

  public init(
    command: String
  ) {
    self.command = command
  }

  init(_ object: consuming StrictObject) throws(StrictJSONError) {
    command = try object.string("command", limit: 128)
    try object.finish()
  }
}
