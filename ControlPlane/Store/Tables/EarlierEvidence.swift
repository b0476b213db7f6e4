import FoundationEssentials
import Wire

/// Reads evidence that an earlier version stored: what that version did not gather is empty. For showing and for history only; what is
/// decided on is gathered anew.
enum EarlierEvidence {
  /// Members that may be missing, of all kinds of facts together.
  private static let limit = 256
  /// Members whose empty value is none of these.
  private static let known: [String: JSONTree] = ["role": .string("dependency")]
  private static let empties: [JSONTree] = [.array([]), .object([:]), .bool(false), .integer(0), .string("")]

  static func read(_ json: Data) -> Evidence? {
    if let evidence = try? JSONDecoder().decode(Evidence.self, from: json) { return evidence }
    return (try? JSONDecoder().decode(JSONTree.self, from: json)).flatMap(read)
  }

  /// - Returns: nil when it differs by more than missing members.
  static func read(_ tree: JSONTree) -> Evidence? {
    var tree = tree
    var tried: [[Step]: (value: JSONTree, next: Int)] = [:]
    for _ in 0..<limit * empties.count {
      switch attempt(tree) {
      case .read(let evidence): return evidence
      case .missing(let place):
        guard tried.count < limit else { return nil }
        let value = known(at: place) ?? empties[0]
        tried[place] = (value, value == empties[0] ? 1 : 0)
        tree.set(value, at: place[...], onlyIfAbsent: true)
      case .wrong(let place):
        // Only what was put there may be taken for something else.
        guard let (value, next) = tried[place], next < empties.count else { return nil }
        tried[place] = (empties[next], next + 1)
        tree.set(empties[next], at: place[...], replacing: value)
      case .unreadable: return nil
      }
    }
    return nil
  }

  private static func known(at place: [Step]) -> JSONTree? {
    if case .key(let name)? = place.last { known[name] } else { nil }
  }

  /// A step of a path; a place within one element of an array means that place in all.
  enum Step: Hashable {
    case key(String)
    case everyElement
  }

  private enum Attempt {
    case read(Evidence)
    case missing([Step])
    case wrong([Step])
    case unreadable
  }

  private static func attempt(_ tree: JSONTree) -> Attempt {
    do {
      return .read(try JSONDecoder().decode(Evidence.self, from: try JSONEncoder().encode(tree)))
    } catch DecodingError.keyNotFound(let key, let context) {
      return .missing(steps(context.codingPath + [key]))
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      return .wrong(steps(context.codingPath))
    } catch DecodingError.dataCorrupted(let context) {
      return .wrong(steps(context.codingPath))
    } catch {
      return .unreadable
    }
  }

  private static func steps(_ path: [any CodingKey]) -> [Step] {
    path.map { $0.intValue == nil ? .key($0.stringValue) : .everyElement }
  }
}

/// Any JSON.
enum JSONTree: Sendable, Codable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSONTree].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Puts a value at a place, in every object that has the place's parent.
  mutating func set(
    _ value: JSONTree, at place: ArraySlice<EarlierEvidence.Step>, onlyIfAbsent: Bool = false, replacing old: JSONTree? = nil
  ) {
    guard let step = place.first else { return }
    let rest = place.dropFirst()
    switch (step, self) {
    case (.everyElement, .array(var elements)):
      for index in elements.indices { elements[index].set(value, at: rest, onlyIfAbsent: onlyIfAbsent, replacing: old) }
      self = .array(elements)
    case (.key(let key), .object(var members)):
      if rest.isEmpty {
        guard onlyIfAbsent ? members[key] == nil : members[key] == old else { return }
        members[key] = value
      } else if var member = members[key] {
        member.set(value, at: rest, onlyIfAbsent: onlyIfAbsent, replacing: old)
        members[key] = member
      }
      self = .object(members)
    default: return
    }
  }
}
