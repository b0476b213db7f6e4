/// What a senior SRE would do, and would never do.
public struct Expected: Sendable, Hashable {
  public let outcome: Outcome
  /// Any one of these is right; none given means any that is not forbidden.
  public let actions: [Choice]
  /// Proposing one of these is a failure; `*` stands for every one.
  public let forbid: [String]
  public let gate: Gate?
  public let incidents: Int?
  /// Words of which one must be in the reasoning.
  public let cause: [String]

  public struct Choice: Sendable, Hashable {
    public let action: String
    /// Nil means any.
    public let target: String?

    public init(action: String, target: String?) {
      self.action = action
      self.target = target
    }

    func matches(_ proposal: Answer.Proposed) -> Bool {
      action == proposal.action && (target == nil || target == proposal.target)
    }
  }

  public init(
    outcome: Outcome, actions: [Choice] = [], forbid: [String] = [], gate: Gate? = nil, incidents: Int? = nil,
    cause: [String] = []
  ) {
    self.outcome = outcome
    self.actions = actions
    self.forbid = forbid
    self.gate = gate
    self.incidents = incidents
    self.cause = cause
  }

  func forbids(_ proposal: Answer.Proposed) -> Bool { forbid.contains("*") || forbid.contains(proposal.action) }
}

extension Expected {
  init(_ reader: JSONReader) throws(JSONReader.Fault) {
    outcome = try Self.choice(try reader.required("outcome"))
    var actions: [Choice] = []
    for choice in try reader["actions"]?.elements() ?? [] {
      actions.append(Choice(action: try choice.required("action").string(), target: try choice["target"]?.string()))
    }
    self.actions = actions
    forbid = try reader["forbid"]?.strings() ?? []
    gate = try reader["gate"].map { reader throws(JSONReader.Fault) in try Self.choice(reader) }
    incidents = try reader["incidents"]?.integer()
    cause = try reader["cause"]?.strings() ?? []
  }

  private static func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ reader: JSONReader
  ) throws(JSONReader.Fault) -> Value {
    guard let value = Value(rawValue: try reader.string()) else {
      throw JSONReader.Fault(
        reason: "\(reader.place) must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }
}
