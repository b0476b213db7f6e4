extension JSONValue {
  /// The document as UTF-8 text without white space.
  public var encoded: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }

  /// The document as a string without white space.
  public var text: String { String(decoding: encoded, as: UTF8.self) }

  /// The document indented by two spaces, as `?pretty=true` answers.
  public var prettyEncoded: [UInt8] {
    var writer = JSONWriter(indentation: 2)
    writer.write(self)
    writer.bytes.append(UInt8(ascii: "\n"))
    return writer.bytes
  }

  /// The document with the members of every object in the order of their keys: equal documents give equal texts.
  public var canonicalText: String {
    var writer = JSONWriter(sortsKeys: true)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension JSONValue: CustomStringConvertible {
  public var description: String { text }
}

struct JSONWriter {
  var bytes: [UInt8] = []
  var indentation: Int?
  var sortsKeys = false
  private var depth = 0

  init(indentation: Int? = nil, sortsKeys: Bool = false) {
    self.indentation = indentation
    self.sortsKeys = sortsKeys
    bytes.reserveCapacity(1024)
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
    case .double(let double): bytes.append(contentsOf: String(double).utf8)
    case .string(let string): write(string)
    case .array(let array): write(array)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ array: [JSONValue]) {
    bytes.append(UInt8(ascii: "["))
    depth += 1
    for (index, element) in array.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newLine()
      write(element)
    }
    depth -= 1
    if !array.isEmpty { newLine() }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    depth += 1
    var first = true
    if sortsKeys {
      for (key, value) in object.sorted(by: { $0.key < $1.key }) { write(key, value, &first) }
    } else {
      for (key, value) in object { write(key, value, &first) }
    }
    depth -= 1
    if !object.isEmpty { newLine() }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func write(_ key: String, _ value: JSONValue, _ first: inout Bool) {
    if first { first = false } else { bytes.append(UInt8(ascii: ",")) }
    newLine()
    write(key)
    bytes.append(UInt8(ascii: ":"))
    if indentation != nil { bytes.append(UInt8(ascii: " ")) }
    write(value)
  }

  private mutating func newLine() {
    guard let indentation else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * depth))
  }

  private mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    var copy = string
    copy.withUTF8 { utf8 in
      var plain = 0
      for index in utf8.indices {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes.append(contentsOf: utf8[plain..<index])
        plain = index + 1
        escape(byte)
      }
      bytes.append(contentsOf: utf8[plain...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
    case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
    case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
    case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
    default:
      let digits = String(byte, radix: 16)
      bytes.append(contentsOf: (#"\u00"# + (digits.count == 1 ? "0" : "") + digits).utf8)
    }
  }
}
