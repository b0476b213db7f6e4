struct StrictJSONParser {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(StrictJSONError) -> StrictJSON {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw .trailingBytes(offset: index) }
    return value
  }

  private mutating func value(depth: Int) throws(StrictJSONError) -> StrictJSON {
    guard depth < StrictJSON.depthLimit else { throw .tooDeep }
    switch try peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .integer(try integer())
    }
  }

  private mutating func object(depth: Int) throws(StrictJSONError) -> StrictJSON {
    index += 1
    var members: [String: StrictJSON] = [:]
    if try peek() == UInt8(ascii: "}") {
      index += 1
      return .object(members)
    }
    while true {
      guard try peek() == UInt8(ascii: "\"") else { throw .unexpectedByte(offset: index) }
      let key = try string()
      try expect(UInt8(ascii: ":"))
      guard members[key] == nil else { throw .repeatedKey(key) }
      members[key] = try value(depth: depth + 1)
      if try separator(closing: UInt8(ascii: "}")) { return .object(members) }
    }
  }

  private mutating func array(depth: Int) throws(StrictJSONError) -> StrictJSON {
    index += 1
    var items: [StrictJSON] = []
    if try peek() == UInt8(ascii: "]") {
      index += 1
      return .array(items)
    }
    while true {
      items.append(try value(depth: depth + 1))
      if try separator(closing: UInt8(ascii: "]")) { return .array(items) }
    }
  }

  /// Consumes `,` or the closing byte; true when it was the closing one.
  private mutating func separator(closing: UInt8) throws(StrictJSONError) -> Bool {
    let byte = try peek()
    guard byte == closing || byte == UInt8(ascii: ",") else { throw .unexpectedByte(offset: index) }
    index += 1
    return byte == closing
  }

  private mutating func literal(_ text: StaticString, _ value: StrictJSON) throws(StrictJSONError) -> StrictJSON {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count else { throw .unexpectedEnd }
    let matches = text.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + count]) }
    guard matches else { throw .unexpectedByte(offset: index) }
    index += count
    return value
  }

  private mutating func integer() throws(StrictJSONError) -> Int64 {
    let start = index
    while index < bytes.count, "+-.0123456789eE".utf8.contains(bytes[index]) { index += 1 }
    guard index > start else { throw .unexpectedByte(offset: start) }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard let value = Int64(text), String(value) == text else { throw .notAnInteger(offset: start) }
    return value
  }

  private mutating func string() throws(StrictJSONError) -> String {
    let start = index
    index += 1
    var out: [UInt8] = []
    while true {
      guard index < bytes.count else { throw .unexpectedEnd }
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: out, as: UTF8.self) else { throw .invalidString(offset: start) }
        return text
      case UInt8(ascii: "\\"): try escape(into: &out, start: start)
      case 0..<0x20: throw .invalidString(offset: start)
      default: out.append(byte)
      }
    }
  }

  private mutating func escape(into out: inout [UInt8], start: Int) throws(StrictJSONError) {
    guard index < bytes.count else { throw .unexpectedEnd }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"): out.append(contentsOf: Array(String(try scalar(start: start)).utf8))
    default: throw .invalidString(offset: start)
    }
  }

  private mutating func scalar(start: Int) throws(StrictJSONError) -> Unicode.Scalar {
    let high = try codeUnit(start: start)
    var value = UInt32(high)
    if (0xD800..<0xDC00).contains(high) {
      guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
        throw .invalidString(offset: start)
      }
      index += 2
      let low = try codeUnit(start: start)
      guard (0xDC00..<0xE000).contains(low) else { throw .invalidString(offset: start) }
      value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw .invalidString(offset: start) }
    return scalar
  }

  private mutating func codeUnit(start: Int) throws(StrictJSONError) -> UInt16 {
    guard index + 4 <= bytes.count else { throw .unexpectedEnd }
    let digits = bytes[index..<index + 4]
    let isHex = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }
    guard isHex, let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw .invalidString(offset: start)
    }
    index += 4
    return value
  }

  private mutating func expect(_ byte: UInt8) throws(StrictJSONError) {
    guard try peek() == byte else { throw .unexpectedByte(offset: index) }
    index += 1
  }

  private mutating func peek() throws(StrictJSONError) -> UInt8 {
    skipSpace()
    guard index < bytes.count else { throw .unexpectedEnd }
    return bytes[index]
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }
}
