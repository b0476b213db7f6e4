import Testing

@testable import Simulator

@Suite("JSON")
struct JSONTests {
  @Test(
    "A document survives parsing and writing as it was",
    arguments: [
      #"{"b":1,"a":[true,false,null],"c":{"d":"2026-11-22T11:11:15Z"}}"#, #"{"big":9007199254740993,"small":-1}"#,
      #""naïve ☃ \"quoted\" \\ \n""#, "[]", "{}",
    ])
  func roundTrip(text: String) throws { #expect(try JSONValue(parsing: text).text == text) }

  @Test("Escapes and surrogate pairs are decoded")
  func escapes() throws { #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\t""#) == .string("é😀/\t")) }

  @Test(
    "Bad text is refused in the words of the API server",
    arguments: [
      ("", "unexpected end of JSON input"), (#"{"spec":"#, "unexpected end of JSON input"),
      ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
      ("[1 2]", "invalid character '2' after array element"), ("{} x", "invalid character 'x' after top-level value"),
    ])
  func refusals(text: String, message: String) {
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    #expect(error?.description == message)
  }

  @Test("Nesting has a limit")
  func nesting() {
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 600)) }
  }

  @Test("Members compare in any order, and large objects keep the last of repeated keys")
  func objects() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2}"#) == JSONValue(parsing: #"{"b":2,"a":1}"#))
    let text = "{" + (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",") + "}"
    let object = try #require(try JSONValue(parsing: text).object)
    #expect(object.count == 20)
    #expect(object["k3"] == 23)
  }

  @Test(
    "JSON Patch (RFC 6902) with the API server's leniencies",
    arguments: [
      (#"[{"op":"add","path":"/a/b","value":1}]"#, #"{"a":{"b":1},"l":[1,2]}"#),
      (#"[{"op":"add","path":"/l/-","value":3}]"#, #"{"a":{},"l":[1,2,3]}"#),
      (#"[{"op":"add","path":"/l/0","value":0}]"#, #"{"a":{},"l":[0,1,2]}"#),
      (#"[{"op":"remove","path":"/l/1"}]"#, #"{"a":{},"l":[1]}"#),
      (#"[{"op":"replace","path":"/new","value":1}]"#, #"{"a":{},"l":[1,2],"new":1}"#),
      (#"[{"op":"move","from":"/l","path":"/a/l"}]"#, #"{"a":{"l":[1,2]}}"#),
      (#"[{"op":"copy","from":"/l/0","path":"/c"}]"#, #"{"a":{},"l":[1,2],"c":1}"#),
      (#"[{"op":"test","path":"/absent","value":null}]"#, #"{"a":{},"l":[1,2]}"#),
      (#"[{"op":"add","path":"/a/x~1y~0z","value":1}]"#, #"{"a":{"x/y~z":1},"l":[1,2]}"#),
    ])
  func jsonPatch(patch: String, expected: String) throws {
    let document = try JSONValue(parsing: #"{"a":{},"l":[1,2]}"#)
    #expect(try JSONPatch(JSONValue(parsing: patch)).applied(to: document) == JSONValue(parsing: expected))
  }

  @Test(
    "A JSON Patch that does not fit changes nothing",
    arguments: [
      #"[{"op":"test","path":"/l/0","value":"1"}]"#, #"[{"op":"remove","path":"/a/none"}]"#,
      #"[{"op":"add","path":"/none/x","value":1}]"#, #"[{"op":"add","path":"/l/7","value":1}]"#, #"[{"op":"put","path":"/a"}]"#,
      #"{"op":"add"}"#,
    ])
  func jsonPatchRefusals(patch: String) throws {
    let document = try JSONValue(parsing: #"{"a":{},"l":[1,2]}"#)
    #expect(throws: JSONPatchError.self) { try JSONPatch(JSONValue(parsing: patch)).applied(to: document) }
  }

  @Test("A merge patch merges objects, replaces lists and removes with null")
  func mergePatch() throws {
    let document: JSONValue = ["a": ["x": 1, "y": 2], "l": [1, 2]]
    let patch = try JSONValue(parsing: #"{"a":{"x":null,"z":3},"l":[9]}"#)
    #expect(document.merged(with: patch) == ["a": ["y": 2, "z": 3], "l": [9]])
  }

  @Test("A strategic merge patch merges containers by name, puts what is new first and deletes by directive")
  func strategicMerge() throws {
    let document: JSONValue = [
      "containers": [["name": "a", "image": "a:1", "env": [["name": "X", "value": "1"]]], ["name": "b"]]
    ]
    let patch = try JSONValue(
      parsing: #"""
        {"$setElementOrder/containers":[{"name":"a"}],
         "containers":[{"name":"a","image":"a:2","env":[{"name":"Y","value":"2"}]},{"name":"b","$patch":"delete"}]}
        """#)
    let merged = try StrategicMergePatch.apply(patch, to: document)
    let expected: JSONValue = [
      "containers": [
        ["name": "a", "image": "a:2", "env": [["name": "Y", "value": "2"], ["name": "X", "value": "1"]]]
      ]
    ]
    #expect(merged == expected)
  }

  @Test(
    "Times of RFC 3339 are read and written", arguments: ["1970-01-01T00:00:00Z", "2026-11-22T11:11:15Z", "2024-02-29T23:59:59Z"])
  func times(text: String) throws { #expect(try #require(Timestamp(rfc3339: text)).rfc3339 == text) }

  @Test("Fractions and offsets of a time count")
  func fractions() throws {
    let time = try #require(Timestamp(rfc3339: "2026-11-22T12:11:15.380651+01:00"))
    #expect(time.rfc3339Micro == "2026-11-22T11:11:15.380651Z")
    #expect(Timestamp(rfc3339: "yesterday") == nil)
  }
}
