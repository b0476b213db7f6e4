import Testing
import Wire

@Suite("Strict JSON")
struct StrictJSONTests {
  @Test(
    "What JSON allows without doubt is read",
    arguments: [
      ("null", StrictJSON.null), ("true", .bool(true)), (" \t\r\nfalse \n", .bool(false)), ("0", .integer(0)),
      ("-1", .integer(-1)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), (#""""#, .string("")),
      (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e9\uD83D\uDE00é😀""#, .string("é😀é😀")),
      (#""\u0000""#, .string("\0")), ("[]", .array([])),
      ("[1, [2] ,{}]", .array([.integer(1), .array([.integer(2)]), .object([:])])),
      (#"{"a":1,"b":{"a":2}}"#, .object(["a": .integer(1), "b": .object(["a": .integer(2)])])),
      (#"{"":0}"#, .object(["": .integer(0)])),
    ])
  func validDocuments(_ text: String, _ expected: StrictJSON) throws {
    #expect(try StrictJSON(parsing: Array(text.utf8)) == expected)
  }

  @Test(
    "What two readers could take for two things is refused",
    arguments: [
      (#"{"a":1,"a":1}"#, StrictJSONError.repeatedKey("a")), (#"{"a":1,"\u0061":2}"#, .repeatedKey("a")),
      (#"{"b":{"a":1,"a":2}}"#, .repeatedKey("a")), (#"{"é":1,"e\u0301":2}"#, .repeatedKey("é")),
      ("1.0", .notAnInteger(offset: 0)), ("1e3", .notAnInteger(offset: 0)), ("-0", .notAnInteger(offset: 0)),
      ("01", .notAnInteger(offset: 0)),
      ("+1", .notAnInteger(offset: 0)), ("-", .notAnInteger(offset: 0)), ("[1.5]", .notAnInteger(offset: 1)),
      ("9223372036854775808", .notAnInteger(offset: 0)), ("1" + String(repeating: "0", count: 400), .notAnInteger(offset: 0)),
      ("NaN", .unexpectedByte(offset: 0)), ("Infinity", .unexpectedByte(offset: 0)), ("-Infinity", .notAnInteger(offset: 0)),
      ("1 2", .trailingBytes(offset: 2)), ("{}{}", .trailingBytes(offset: 2)), ("null\0", .trailingBytes(offset: 4)),
      ("[]]", .trailingBytes(offset: 2)),
      ("", .unexpectedEnd), (" ", .unexpectedEnd), ("{", .unexpectedEnd), ("[1,", .unexpectedEnd), (#"{"a""#, .unexpectedEnd),
      (#"{"a":"#, .unexpectedEnd),
      (#""a"#, .unexpectedEnd), ("tru", .unexpectedEnd), ("[1,]", .unexpectedByte(offset: 3)),
      (#"{"a":1,}"#, .unexpectedByte(offset: 7)),
      ("{a:1}", .unexpectedByte(offset: 1)), ("{'a':1}", .unexpectedByte(offset: 1)), ("{1:1}", .unexpectedByte(offset: 1)),
      (#"{"a"=1}"#, .unexpectedByte(offset: 4)), ("[1 2]", .unexpectedByte(offset: 3)), ("trve", .unexpectedByte(offset: 0)),
      ("True", .unexpectedByte(offset: 0)),
      ("// x\n1", .unexpectedByte(offset: 0)), ("\u{FEFF}{}", .unexpectedByte(offset: 0)),
      ("\u{A0}1", .unexpectedByte(offset: 0)),
      (#""\uD83D""#, .invalidString(offset: 0)), (#""\uDE00""#, .invalidString(offset: 0)),
      (#""\uD83D\u0041""#, .invalidString(offset: 0)),
      (#""\uDE00\uD83D""#, .invalidString(offset: 0)), (#""\x41""#, .invalidString(offset: 0)),
      (#""\u00g0""#, .invalidString(offset: 0)),
      (#""\u+041""#, .invalidString(offset: 0)), ("\"a\nb\"", .invalidString(offset: 0)), ("\"a\0b\"", .invalidString(offset: 0)),
    ])
  func doubtfulDocuments(_ text: String, _ expected: StrictJSONError) {
    #expect(throws: expected) { try StrictJSON(parsing: Array(text.utf8)) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    #expect(throws: StrictJSONError.invalidString(offset: 0)) { try StrictJSON(parsing: [0x22] + bytes + [0x22]) }
  }

  @Test("Nesting ends at the limit, without a crash far beyond it")
  func nestingIsLimited() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try StrictJSON(parsing: nested(StrictJSON.depthLimit))
    for depth in [StrictJSON.depthLimit + 1, 100_000] {
      #expect(throws: StrictJSONError.tooDeep) { try StrictJSON(parsing: nested(depth)) }
    }
  }
}
