/// Asks the agent to watch a workload after an act, until it has been healthy for the stability window or the deadline passes.
public struct ObserveRequest: Sendable, Hashable, Codable {
  public let target: Target
  /// The workload must be healthy, without a new container restart, for this long at a stretch.
  public let stabilitySeconds: Int
  /// The observation ends here, whatever it has seen.
  public let deadline: Timestamp

  public init(target: Target, stabilitySeconds: Int, deadline: Timestamp) {
    self.target = target
    self.stabilitySeconds = stabilitySeconds
    self.deadline = deadline
  }

  init(_ object: consuming StrictObject) throws(StrictJSONError) {
    target = try Target(try object.object("target"))
    let stability = try object.integer("stabilitySeconds")
    guard (1...86_400).contains(stability) else {
      throw .wrongType(key: "observe.stabilitySeconds", expected: "from 1 to 86400")
    }
    stabilitySeconds = Int(stability)
    deadline = try object.timestamp("deadline")
    try object.finish()
  }
}
