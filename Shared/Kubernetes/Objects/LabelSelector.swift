/// Selects objects by their labels; an empty one selects everything.
public struct LabelSelector: Sendable, Hashable {
  public struct Requirement: Sendable, Hashable {
    public let key: String
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    public let `operator`: String
    public let values: [String]
  }

  public let matchLabels: [String: String]
  public let matchExpressions: [Requirement]

  /// The form of the query parameter `labelSelector`, keys sorted. `nil` when an operator is unknown, since a guess might
  /// select other objects.
  public var query: String? {
    var terms = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    for requirement in matchExpressions {
      let values = requirement.values.joined(separator: ",")
      switch requirement.operator {
      case "In": terms.append("\(requirement.key) in (\(values))")
      case "NotIn": terms.append("\(requirement.key) notin (\(values))")
      case "Exists": terms.append(requirement.key)
      case "DoesNotExist": terms.append("!\(requirement.key)")
      default: return nil
      }
    }
    return terms.joined(separator: ",")
  }

  public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

  /// Whether an object with these labels is selected; `nil` when an operator is unknown.
  public func matches(_ labels: [String: String]) -> Bool? {
    guard matchLabels.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
    for requirement in matchExpressions {
      let value = labels[requirement.key]
      switch requirement.operator {
      case "In": guard let value, requirement.values.contains(value) else { return false }
      case "NotIn": if let value, requirement.values.contains(value) { return false }
      case "Exists": guard value != nil else { return false }
      case "DoesNotExist": guard value == nil else { return false }
      default: return nil
      }
    }
    return true
  }

  static let everything = LabelSelector(matchLabels: [:], matchExpressions: [])
}

extension LabelSelector {
  public init(labels: [String: String]) {
    self.init(matchLabels: labels, matchExpressions: [])
  }
}

extension LabelSelector: Decodable {
  private enum CodingKeys: String, CodingKey { case matchLabels, matchExpressions }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    matchLabels = try container.map(.matchLabels)
    matchExpressions = try container.list(.matchExpressions)
  }
}

extension LabelSelector.Requirement: Decodable {
  private enum CodingKeys: String, CodingKey { case key, `operator`, values }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    key = try container.decode(String.self, forKey: .key)
    `operator` = try container.decode(String.self, forKey: .operator)
    values = try container.list(.values)
  }
}
