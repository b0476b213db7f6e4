/// Why a text is not JSON, in the words of Go's decoder where a client could see them.
public struct JSONParseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public let description: String
  /// The byte at which it was noticed.
  public let offset: Int
}

extension JSONValue {
  /// Parses one JSON document with nothing after it but white space. Nesting is limited to 512 levels.
  public init(parsing text: some Collection<UInt8>) throws(JSONParseError) {
    let bytes = Array(text)
    var parser = JSONParser(bytes: bytes[...])
    self = try parser.document()
  }

  /// Parses the UTF-8 of a string.
  public init(parsing text: String) throws(JSONParseError) {
    try self.init(parsing: Array(text.utf8))
  }
}

struct JSONParser {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let end: Int
  private static let deepest = 512
  /// The members that an object has more than once, as `data.a`, each once; the last value counts.
  private(set) var duplicates: [String] = []
  private var path: [String] = []

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
    end = bytes.endIndex
  }

  mutating func document() throws(JSONParseError) -> JSONValue {
    let value = try self.value(depth: 0)
    skipSpace()
    if position < end {
      throw failure("invalid character \(quoted(bytes[position])) after top-level value")
    }
    return value
  }

  private func failure(_ description: String) -> JSONParseError {
    JSONParseError(description: description, offset: position - bytes.startIndex)
  }

  private func quoted(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"): #"'\''"#
    case 0x20..<0x7F: "'\(Character(UnicodeScalar(byte)))'"
    default: "'\\x" + String(byte, radix: 16) + "'"
    }
  }

  private mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
    skipSpace()
    guard position < end else { throw failure("unexpected end of JSON input") }
    guard depth < Self.deepest else { throw failure("exceeded max depth") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("invalid character \(quoted(bytes[position])) looking for beginning of value")
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    for index in 0..<text.utf8CodeUnitCount {
      guard position < end else { throw failure("unexpected end of JSON input") }
      guard bytes[position] == text.utf8Start[index] else {
        throw failure("invalid character \(quoted(bytes[position])) in literal \(text)")
      }
      position += 1
    }
    return value
  }

  private mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
    position += 1
    var members: [(String, JSONValue)] = []
    var keys: Set<String> = []
    skipSpace()
    if position < end, bytes[position] == UInt8(ascii: "}") {
      position += 1
      return .object(JSONObject())
    }
    while true {
      skipSpace()
      guard position < end else { throw failure("unexpected end of JSON input") }
      guard bytes[position] == UInt8(ascii: "\"") else {
        throw failure("invalid character \(quoted(bytes[position])) looking for beginning of object key string")
      }
      let key = try string()
      skipSpace()
      guard position < end else { throw failure("unexpected end of JSON input") }
      guard bytes[position] == UInt8(ascii: ":") else {
        throw failure("invalid character \(quoted(bytes[position])) after object key")
      }
      position += 1
      path.append(key)
      if !keys.insert(key).inserted {
        let place = path.joined(separator: ".")
        if !duplicates.contains(place) { duplicates.append(place) }
      }
      members.append((key, try value(depth: depth + 1)))
      path.removeLast()
      skipSpace()
      guard position < end else { throw failure("unexpected end of JSON input") }
      let next = bytes[position]
      position += 1
      if next == UInt8(ascii: "}") { return .object(JSONObject(members)) }
      guard next == UInt8(ascii: ",") else {
        throw failure("invalid character \(quoted(next)) after object key:value pair")
      }
    }
  }

  private mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if position < end, bytes[position] == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      guard position < end else { throw failure("unexpected end of JSON input") }
      let next = bytes[position]
      position += 1
      if next == UInt8(ascii: "]") { return .array(elements) }
      guard next == UInt8(ascii: ",") else {
        throw failure("invalid character \(quoted(next)) after array element")
      }
    }
  }

  private mutating func number() throws(JSONParseError) -> JSONValue {
    let start = position
    var isInteger = true
    scan: while position < end {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): position += 1
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
        isInteger = false
        position += 1
      default: break scan
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let double = Double(text), double.isFinite else { throw failure("invalid number literal \(text)") }
    return .double(double)
  }

  private mutating func string() throws(JSONParseError) -> String {
    position += 1
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20 { throw failure("invalid character \(quoted(byte)) in string literal") }
      position += 1
    }
    throw failure("unexpected end of JSON input")
  }

  private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
    var text = Array(bytes[start..<position])
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case ..<0x20: throw failure("invalid character \(quoted(byte)) in string literal")
      default: text.append(byte)
      }
    }
    throw failure("unexpected end of JSON input")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONParseError) {
    guard position < end else { throw failure("unexpected end of JSON input") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeScalar()).utf8)
    default: throw failure("invalid character \(quoted(byte)) in string escape code")
    }
  }

  /// A lone surrogate becomes the replacement character, as Go does it.
  private mutating func unicodeScalar() throws(JSONParseError) -> UnicodeScalar {
    let replacement: UnicodeScalar = "\u{FFFD}"
    let first = try hexadecimal()
    guard (0xD800..<0xE000).contains(first) else { return UnicodeScalar(first) ?? replacement }
    guard first < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return replacement }
    let rewind = position
    position += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second) else {
      position = rewind
      return replacement
    }
    return UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
  }

  private mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
    guard position + 4 <= end else { throw failure("unexpected end of JSON input") }
    let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard let number = UInt32(text, radix: 16), !text.hasPrefix("+") else {
      throw failure("invalid character in \\u hexadecimal character escape")
    }
    position += 4
    return number
  }
}
