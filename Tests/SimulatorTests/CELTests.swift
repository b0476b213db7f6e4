import Testing

@testable import Simulator

@Suite("CEL")
struct CELTests {
  private static let object: JSONValue = [
    "metadata": ["name": "web", "labels": ["app": "web"], "annotations": [:]], "spec": ["replicas": 2, "ports": [80, 443]],
  ]

  private func value(_ source: String) throws -> JSONValue {
    var evaluator = CELEvaluator(
      names: ["object": Self.object], variables: ["twice": try CELParser.parse("object.spec.replicas * 2")])
    return try evaluator.value(try CELParser.parse(source))
  }

  @Test(
    "Expressions have the value that the language gives them",
    arguments: [
      ("1 + 2 * 3 == 7", true), ("(1 + 2) * 3 == 9", true), ("-3 + 5 > 1 && !(2 >= 3)", true),
      ("'a' + \"b\" == 'ab'", true), ("7 / 2 == 3 && 7 % 2 == 1", true), ("[1, 2] + [3] == [1, 2, 3]", true),
      ("{'a': 1}['a'] == 1", true), ("'a' in {'a': 1} && !('b' in {'a': 1})", true), ("80 in object.spec.ports", true),
      ("has(object.metadata.labels) && !has(object.metadata.finalizers)", true),
      ("object.spec.replicas == 2 ? true : false", true),
      ("object.metadata.labels.all(k, k.startsWith('a'))", true), ("object.spec.ports.exists(p, p == 443)", true),
      ("object.spec.ports.exists_one(p, p > 0)", false), ("size(object.spec.ports.filter(p, p > 100)) == 1", true),
      ("object.spec.ports.map(p, p + 1) == [81, 444]", true), ("dyn(object.spec).size() == 2", true),
      ("'system:serviceaccount:shop:x'.matches('^system:serviceaccount:[^:]+:x$')", true), ("'abc'.contains('bd')", false),
      ("variables.twice == 4", true), ("object.metadata.annotations == {}", true), ("null == null", true),
      ("true || object.missing == 1", true), ("false && object.missing == 1", false), ("object.missing == 1 || true", true),
      ("'b' < 'c' && 1 < 2.5", true), ("1 == 1.0", true), ("'a' == 1", false), ("r'\\d' == '\\\\d'", true),
    ])
  func values(source: String, expected: Bool) throws { #expect(try value(source) == .bool(expected), "\(source)") }

  @Test(
    "What has no value says why",
    arguments: [
      ("object.missing", "no such key: missing"), ("1 / 0", "division by zero"), ("'a' > 1", "no such overload"),
      ("nothing", "undeclared reference to 'nothing'"), ("[1][3]", "index out of bounds: 3"), ("!1", "no such overload"),
      ("9223372036854775807 + 1", "return error for overflow"),
      ("object.spec.ports.all(p, p.x)", "no such overload"),
    ])
  func errors(source: String, message: String) throws {
    #expect(throws: CELError(message: message)) { try value(source) }
  }

  @Test("What cannot be read says where", arguments: [("a &&", 4), ("(1", 2), ("a.", 2), ("'open", 0), ("1 2", 2), ("@", 0)])
  func syntax(source: String, position: Int) {
    do {
      _ = try CELParser.parse(source)
      Issue.record("\(source) was read")
    } catch { #expect(error.position == position, "\(error)") }
  }

  @Test("Neither depth nor length of an expression can hang or crash")
  func bounds() throws {
    #expect(throws: CELSyntaxError.self) { try CELParser.parse(String(repeating: "(", count: 5000)) }
    let long = "[" + Array(repeating: "1", count: 2000).joined(separator: ",") + "]"
    #expect(throws: CELError.self) { try value("\(long).all(a, \(long).all(b, b == 1))") }
  }
}
