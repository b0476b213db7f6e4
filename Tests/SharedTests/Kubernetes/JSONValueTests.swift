import Testing

@testable import Kubernetes

@Suite("JSON as a whole")
struct JSONValueTests {
  private func read(_ text: String) throws -> JSONValue { try Answer.decode(JSONValue.self, from: Array(text.utf8)) }

  @Test("Equal documents give equal bytes, whatever their order, blanks and escapes")
  func canonical() throws {
    let one = try read(#"{"b": [1, 2.5, true, null], "a/b": {"é": "\u0041\n", "e": "\/"}}"#)
    let other = try read(#"{"a/b":{"e":"/","é":"A\n"},"b":[1,2.5,true,null]}"#)
    #expect(one.canonicalJSON == other.canonicalJSON)
    #expect(String(decoding: one.canonicalJSON, as: UTF8.self) == #"{"a/b":{"e":"/","é":"A\n"},"b":[1,2.5,true,null]}"#)
  }

  @Test("What is written can be read again", arguments: ["\"", "\\", "\u{0}\u{1f}\u{7f}", "\u{2028}", "🙂", "tab\t"])
  func roundTrip(_ text: String) throws {
    let value = JSONValue.object([text: .string(text)])
    #expect(try Answer.decode(JSONValue.self, from: value.canonicalJSON) == value)
  }

  @Test("Whole numbers stay whole and strings stay strings")
  func kinds() throws {
    #expect(try read("[80, \"80\", -1, 9223372036854775807, 1e3]") == [80, "80", -1, 9_223_372_036_854_775_807, .integer(1000)])
    #expect(try read("[true, false, null, 1.5]") == [true, false, .null, .double(1.5)])
  }

  @Test("A pointer escapes tildes and slashes")
  func pointer() {
    let pointer = JSONPointer("metadata", "annotations", "ai-sre.dev/last~command")
    #expect(pointer.description == "/metadata/annotations/ai-sre.dev~1last~0command")
  }

  @Test("Patch operations have the form of RFC 6902")
  func patch() {
    let operations: [JSONPatchOperation] = [
      .test(JSONPointer("metadata", "generation"), 5), .add(JSONPointer("a"), ["k": "v"]), .remove(JSONPointer("b")),
    ]
    #expect(
      String(decoding: JSONValue.array(operations.map(\.json)).canonicalJSON, as: UTF8.self)
        == #"[{"op":"test","path":"/metadata/generation","value":5},{"op":"add","path":"/a","value":{"k":"v"}},"#
        + #"{"op":"remove","path":"/b"}]"#
    )
  }

  @Test(
    "Times of both forms are read",
    arguments: [
      ("2026-11-22T11:11:17Z", 1_795_345_877_000), ("2026-11-22T11:11:17.380651Z", 1_795_345_877_380),
      ("2026-11-22T12:11:17.5+01:00", 1_795_345_877_500), ("1969-12-31T23:59:59.25Z", -750),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000),
    ])
  func times(_ text: String, _ milliseconds: Int) {
    #expect(APITime(rfc3339: text)?.millisecondsSince1970 == Int64(milliseconds))
  }

  @Test(
    "What is no RFC 3339 time is refused",
    arguments: [
      "", "2026-11-22", "2026-13-22T11:11:17Z", "2026-11-22T11:11:17", "2026-11-22T25:11:17Z", "2026-11-22T11:11:17Zx", "x",
    ])
  func noTimes(_ text: String) {
    #expect(APITime(rfc3339: text) == nil)
  }

  @Test("A time is written as metav1.Time writes it")
  func writtenTime() {
    for text in ["2026-11-22T11:11:17Z", "1969-12-31T23:59:59Z", "2000-02-29T00:00:00Z", "1970-01-01T00:00:00Z"] {
      #expect(APITime(rfc3339: text)?.rfc3339 == text)
    }
  }
}
