import Wire

extension PolicySettings {
  /// The settings of policy, by their names in the environment.
  public enum Name: String, Sendable, CaseIterable {
    case confidenceThreshold = "CONFIDENCE_THRESHOLD"
    case autoActionEnabled = "AUTO_ACTION_ENABLED"
    case requireApprovalFor = "REQUIRE_APPROVAL_FOR"
    case stabilitySeconds = "STABILITY_SECONDS"
    case coolDownSeconds = "COOL_DOWN_SECONDS"
  }

  /// A value that cannot be used.
  public struct Fault: Error, Sendable, Equatable {
    public let name: Name
    public let found: String
    public let expected: String
  }

  /// Reads settings by name; where none is given, the default holds.
  /// - Parameter text: the value of a setting, nil when it is not given.
  public init(reading text: (Name) -> String?) throws(Fault) {
    self.init()
    if let value = try Self.number(.confidenceThreshold, 0...1, "a number from 0 to 1", text) { confidenceThreshold = value }
    if let isOn = try Self.bool(.autoActionEnabled, text) { autoActionEnabled = isOn }
    requireApprovalFor = try Self.actions(.requireApprovalFor, text)
    if let seconds = try Self.number(.stabilitySeconds, 1...86_400, "seconds from 1 to 86400", text) {
      minimumStability = .seconds(seconds)
    }
    if let seconds = try Self.number(.coolDownSeconds, 0...604_800, "seconds from 0 to 604800", text) {
      coolDown = .seconds(seconds)
    }
  }

  private static func number(
    _ name: Name, _ range: ClosedRange<Double>, _ expected: String, _ text: (Name) -> String?
  ) throws(Fault) -> Double? {
    guard let text = text(name) else { return nil }
    guard let value = Double(text), range.contains(value) else { throw Fault(name: name, found: text, expected: expected) }
    return value
  }

  private static func bool(_ name: Name, _ text: (Name) -> String?) throws(Fault) -> Bool? {
    guard let text = text(name) else { return nil }
    switch text.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default: throw Fault(name: name, found: text, expected: "true or false")
    }
  }

  /// The original document writes `rollback` for `rollback_deployment`.
  private static func actions(_ name: Name, _ text: (Name) -> String?) throws(Fault) -> Set<Action> {
    var actions: Set<Action> = []
    for part in (text(name) ?? "").split(separator: ",") {
      let word = String(part.filter { !$0.isWhitespace })
      guard !word.isEmpty else { continue }
      guard let action = Action(rawValue: word == "rollback" ? Action.rollbackDeployment.rawValue : word) else {
        throw Fault(name: name, found: word, expected: "of " + Action.allCases.map(\.rawValue).joined(separator: ", "))
      }
      actions.insert(action)
    }
    return actions
  }
}
