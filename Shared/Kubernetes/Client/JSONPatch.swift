/// A place in a JSON document (RFC 6901).
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The names on the way, unescaped.
  public let tokens: [String]

  /// The tokens are taken as they are and escaped when written: `["metadata", "annotations", "ai-sre.dev/last-command"]`.
  public init(_ tokens: String...) { self.tokens = tokens }

  public var description: String {
    tokens.reduce(into: "") { text, token in
      text += "/"
      for character in token.unicodeScalars {
        switch character {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.unicodeScalars.append(character)
        }
      }
    }
  }
}

extension JSONValue {
  /// The value at a place of objects within objects; nil when there is none. Indices of arrays are not followed.
  public subscript(place: JSONPointer) -> JSONValue? {
    place.tokens.reduce(self as JSONValue?) { value, token in value?[token] }
  }
}

/// One operation of a JSON Patch (RFC 6902). All of them apply or none.
public enum JSONPatchOperation: Sendable, Hashable {
  /// Fails the whole patch unless the place holds exactly this value; a number does not equal its string, and `null` passes on an
  /// absent member.
  case test(JSONPointer, JSONValue)
  /// Adds or replaces a member; its parent must exist.
  case add(JSONPointer, JSONValue)
  /// The API server lets it add an absent member as well.
  case replace(JSONPointer, JSONValue)
  case remove(JSONPointer)

  var json: JSONValue {
    switch self {
    case .test(let path, let value): ["op": "test", "path": .string(path.description), "value": value]
    case .add(let path, let value): ["op": "add", "path": .string(path.description), "value": value]
    case .replace(let path, let value): ["op": "replace", "path": .string(path.description), "value": value]
    case .remove(let path): ["op": "remove", "path": .string(path.description)]
    }
  }
}
