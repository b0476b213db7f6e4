import Foundation
import Yams

/// Bodies in YAML, either way.
enum YAMLBody {
  /// Whether an Accept header asks for YAML before anything else that is served.
  static func isAsked(_ accept: String) -> Bool {
    let media = accept.split(separator: ",").first?.split(separator: ";").first?.trimmingSpaces
    return media == "application/yaml"
  }

  static func value(_ body: [UInt8]) throws -> JSONValue {
    guard let node = try Yams.compose(yaml: String(decoding: body, as: UTF8.self)) else { return .null }
    return ManifestLoader.json(node)
  }

  /// Members sorted by name, as the API server writes them.
  static func text(_ value: JSONValue) -> String { (try? Yams.serialize(node: node(value))) ?? "" }

  private static func node(_ value: JSONValue) -> Node {
    switch value {
    case .null: return Node("null", Tag(.null))
    case .bool(let bool): return Node(bool ? "true" : "false", Tag(.bool))
    case .integer(let number): return Node(String(number), Tag(.int))
    case .double(let number): return Node(String(number), Tag(.float))
    case .string(let text): return Node(text, Tag(.str), needsQuotes(text) ? .doubleQuoted : .any)
    case .array(let elements): return Node(elements.map(node), Tag(.seq))
    case .object(let object):
      return Node(object.sorted { $0.key < $1.key }.map { (Node($0.key, Tag(.str)), node($0.value)) }, Tag(.map))
    }
  }

  /// A string that would be read as something else.
  private static func needsQuotes(_ text: String) -> Bool {
    text.isEmpty || Double(text) != nil || ["true", "false", "null", "yes", "no", "on", "off", "~"].contains(text.lowercased())
      || Timestamp(rfc3339: text) != nil
  }
}
