/// The part of YAML that kubectl writes into a kubeconfig: block mappings and lists of one-line scalars, empty `{}` and
/// `[]`, comments. Everything else (anchors, tags, block scalars, flow collections, tabs, several documents) is refused and
/// never guessed at. Scalars stay text, quoted or not.
struct BlockYAML {
  struct Fault: Error {
    let line: Int
    let reason: String
  }

  private struct Line {
    let number: Int
    let indent: Int
    let text: Substring
  }

  private static let maximumDepth = 32
  private var lines: [Line] = []
  private var position = 0

  /// The document, in which every scalar is a string and an empty value is null.
  static func parse(_ text: String) throws(Fault) -> JSONValue {
    var parser = BlockYAML()
    try parser.split(text)
    guard let first = parser.lines.first else { return .null }
    let value = try parser.block(indent: first.indent, depth: 0)
    if let rest = parser.current { throw Fault(line: rest.number, reason: "unexpected indentation") }
    return value
  }

  private var current: Line? { position < lines.count ? lines[position] : nil }

  private mutating func split(_ text: String) throws(Fault) {
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
      .enumerated()
    {
      let content = raw.drop { $0 == " " }
      let number = index + 1
      if content.isEmpty || content.first == "#" { continue }
      if content.first == "\t" { throw Fault(line: number, reason: "a tab cannot indent") }
      if raw == "---" && lines.isEmpty { continue }
      if raw.hasPrefix("---") || raw.hasPrefix("...") || raw.hasPrefix("%") {
        throw Fault(line: number, reason: "only one document without directives is read")
      }
      lines.append(Line(number: number, indent: raw.count - content.count, text: content))
    }
  }

  private mutating func block(indent: Int, depth: Int) throws(Fault) -> JSONValue {
    guard let line = current else { return .null }
    guard depth < Self.maximumDepth else { throw Fault(line: line.number, reason: "nested too deeply") }
    if line.text == "-" || line.text.hasPrefix("- ") { return try list(indent: indent, depth: depth) }
    if Self.key(of: line.text) != nil { return try mapping(indent: indent, depth: depth) }
    position += 1
    return try Self.scalar(line.text, line: line.number)
  }

  private mutating func list(indent: Int, depth: Int) throws(Fault) -> JSONValue {
    var values: [JSONValue] = []
    while let line = current, line.indent == indent, line.text == "-" || line.text.hasPrefix("- ") {
      let content = line.text.dropFirst().drop { $0 == " " }
      if content.isEmpty || content.first == "#" {
        position += 1
        values.append(try nested(below: indent, depth: depth))
      } else {
        // The rest of the line begins a block of its own, indented as far as it stands.
        let inner = indent + line.text.count - content.count
        lines[position] = Line(number: line.number, indent: inner, text: content)
        values.append(try block(indent: inner, depth: depth + 1))
      }
    }
    try expectEnd(of: indent)
    return .array(values)
  }

  private mutating func mapping(indent: Int, depth: Int) throws(Fault) -> JSONValue {
    var members: [String: JSONValue] = [:]
    while let line = current, line.indent == indent, let (name, rest) = Self.key(of: line.text) {
      guard members[name] == nil else { throw Fault(line: line.number, reason: "\(name) is given twice") }
      position += 1
      let content = rest.drop { $0 == " " }
      if !content.isEmpty && content.first != "#" {
        members[name] = try Self.scalar(content, line: line.number)
      } else if let next = current, next.indent == indent, next.text == "-" || next.text.hasPrefix("- ") {
        // kubectl writes lists at the indentation of their key.
        members[name] = try list(indent: indent, depth: depth + 1)
      } else {
        members[name] = try nested(below: indent, depth: depth)
      }
    }
    try expectEnd(of: indent)
    return .object(members)
  }

  private mutating func nested(below indent: Int, depth: Int) throws(Fault) -> JSONValue {
    guard let next = current, next.indent > indent else { return .null }
    return try block(indent: next.indent, depth: depth + 1)
  }

  private func expectEnd(of indent: Int) throws(Fault) {
    guard let line = current, line.indent >= indent else { return }
    if line.indent == indent, Self.key(of: line.text) != nil { return }
    throw Fault(line: line.number, reason: "expected a key and a colon, a list entry or less indentation")
  }
}

extension BlockYAML {
  /// The key of a `key: value` line and what follows the colon.
  private static func key(of text: Substring) -> (String, Substring)? {
    if let quote = text.first, quote == "\"" || quote == "'" {
      guard let end = text.dropFirst().firstIndex(of: quote) else { return nil }
      let rest = text[text.index(after: end)...]
      guard rest.first == ":" else { return nil }
      return (String(text[text.index(after: text.startIndex)..<end]), rest.dropFirst())
    }
    for index in text.indices where text[index] == ":" {
      let rest = text[text.index(after: index)...]
      if rest.isEmpty || rest.first == " " { return index == text.startIndex ? nil : (String(text[..<index]), rest) }
    }
    return nil
  }

  private static func scalar(_ text: Substring, line: Int) throws(Fault) -> JSONValue {
    switch text.first {
    case "\"": return .string(try doubleQuoted(text, line: line))
    case "'": return .string(try singleQuoted(text, line: line))
    default: break
    }
    var plain = text
    if let comment = text.firstRange(of: " #") { plain = text[..<comment.lowerBound] }
    while plain.last == " " { plain = plain.dropLast() }
    switch plain {
    case "{}": return .object([:])
    case "[]": return .array([])
    case "null", "~", "": return .null
    default: break
    }
    guard let first = plain.first, !"&*!|>{[%@`,".contains(first) else {
      throw Fault(line: line, reason: "only one-line scalars are read: no anchors, tags, block scalars or flow collections")
    }
    if plain.contains(": ") || plain.hasSuffix(":") { throw Fault(line: line, reason: "a value with a colon must be quoted") }
    return .string(String(plain))
  }

  private static func singleQuoted(_ text: Substring, line: Int) throws(Fault) -> String {
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character != "'" {
        value.append(character)
      } else if rest.first == "'" {
        value.append("'")
        rest = rest.dropFirst()
      } else {
        try expectNothing(rest, line: line)
        return value
      }
    }
    throw Fault(line: line, reason: "the quote does not end on its line")
  }

  private static func doubleQuoted(_ text: Substring, line: Int) throws(Fault) -> String {
    let escapes: [Character: Character] = ["\"": "\"", "\\": "\\", "/": "/", "n": "\n", "t": "\t", "r": "\r", "0": "\0"]
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      switch character {
      case "\"":
        try expectNothing(rest, line: line)
        return value
      case "\\":
        guard let escape = rest.popFirst(), let meant = escapes[escape] else {
          throw Fault(line: line, reason: "an escape that is not read here")
        }
        value.append(meant)
      default: value.append(character)
      }
    }
    throw Fault(line: line, reason: "the quote does not end on its line")
  }

  private static func expectNothing(_ rest: Substring, line: Int) throws(Fault) {
    let content = rest.drop { $0 == " " }
    guard content.isEmpty || (content.first == "#" && rest.first == " ") else {
      throw Fault(line: line, reason: "something follows the closing quote")
    }
  }
}
