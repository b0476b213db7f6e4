@testable import Simulator

/// What differs between any two servers is masked: uids, versions, times, tokens, ages.
enum Masking {
  private static let dropped: Set<String> = [
    "managedFields", "creationTimestamp", "resourceVersion", "uid", "credential-id", "gitCommit", "buildDate", "gitVersion",
  ]

  static func masked(_ value: JSONValue, ignoring: Set<String> = []) -> JSONValue {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.filter { !dropped.contains($0.key) && !ignoring.contains($0.key) }.map {
            ($0.key, masked($0.value, ignoring: ignoring))
          }
        ))
    case .array(let array): .array(array.map { masked($0, ignoring: ignoring) })
    case .string(let text): .string(masked(text))
    default: value
    }
  }

  static func masked(_ text: String) -> String {
    text.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "UID")
      .replacing(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "TIME")
      .replacing(/in (record|precondition) \(\d+\)/) { "in \($0.1) (RV)" }
      .replacing(/current: \d+/, with: "current: RV")
      .replacing(/too old resource version: \d+ \(\d+\)/, with: "too old resource version")
      .replacing(/kube-api-access-[a-z0-9]{5}/, with: "kube-api-access-XXXXX")
      .replacing(/\bgen-[a-z0-9]{5}\b/, with: "gen-XXXXX")
      .replacing(/(<token-[a-z-]+>|<agent-[a-z]+>|<temp[a-z-]*>|eyJ[A-Za-z0-9_.-]+)/, with: "TOKEN")
      // The whole object, which differs as everything above does.
      .replacing(#/Invalid value: "\{.*\}": /#.dotMatchesNewlines(), with: "Invalid value: OBJECT: ")
  }

  /// The cells of a table, whose ages depend on when it was asked for.
  static func masked(cells: [JSONValue]) -> [JSONValue] {
    cells.map { cell in
      guard let text = cell.string else { return cell }
      return .string(
        masked(text).replacing(/^(\d+[smhdy]){1,2}$/, with: "AGE").replacing(/\((\d+[smhd]){1,2} ago\)/, with: "(AGE ago)"))
    }
  }
}
