import Foundation
import Testing
import Wire

@Suite("Commands")
struct CommandTests {
  static let all = [command(gather), command(act), command(observe)]

  @Test("A command reads back as it was", arguments: all)
  func roundTrip(_ command: Command) throws {
    #expect(try Command(parsing: command.encoded()) == command)
  }

  @Test("Equal commands are the same bytes", arguments: all)
  func encodingIsCanonical(_ command: Command) throws {
    #expect(try command.encoded() == command.encoded())
    #expect(try !command.encoded().contains(0x20))
  }

  @Test("A key that is missing anywhere is refused, unless it is optional", arguments: all)
  func missingKeysAreRefused(_ command: Command) throws {
    let optional: Set = [
      "order.preconditions.templateDigest", "order.preconditions.replicas", "order.parameters.replicas",
      "order.parameters.revision",
    ]
    let tree = try Tree(command)
    for path in tree.paths where !optional.contains(path.joined(separator: ".")) {
      #expect(throws: StrictJSONError.self, "\(path)") { try Command(parsing: tree.removing(path).bytes) }
    }
  }

  @Test("A key that nobody knows is refused on every level", arguments: all)
  func unknownKeysAreRefused(_ command: Command) throws {
    let tree = try Tree(command)
    for path in [[]] + tree.paths where tree.isObject(path) {
      let name = (path + ["extra"]).joined(separator: ".")
      #expect(throws: StrictJSONError.unknownKey(name)) { try Command(parsing: tree.adding("extra", to: path).bytes) }
    }
  }

  @Test("A value of another type is refused everywhere", arguments: all)
  func otherTypesAreRefused(_ command: Command) throws {
    let tree = try Tree(command)
    for path in tree.paths {
      for wrong in ["true", "null", "1.5", "[[]]"] {
        #expect(throws: StrictJSONError.self, "\(path)") { try Command(parsing: tree.replacing(path, with: wrong).bytes) }
      }
    }
  }

  @Test("A repeated key is refused", arguments: all)
  func repeatedKeysAreRefused(_ command: Command) throws {
    let text = String(decoding: try command.encoded(), as: UTF8.self)
    let twice = #"{"id":"other","# + text.dropFirst()
    #expect(throws: StrictJSONError.repeatedKey("id")) { try Command(parsing: Array(twice.utf8)) }
  }

  @Test("A command carries the task of its kind and no other")
  func tasksFitTheirKind() throws {
    let gather = try Tree(Self.command(Self.gather))
    let act = try Tree(Self.command(Self.act))
    let order = try act.text(["order"])
    #expect(throws: StrictJSONError.unknownKey("order")) {
      try Command(parsing: gather.adding("order", to: [], value: order).bytes)
    }
    #expect(throws: StrictJSONError.missingKey("order")) {
      try Command(parsing: gather.replacing(["kind"], with: #""act""#).bytes)
    }
  }

  @Test(
    "Another version, kind, action or risk is refused",
    arguments: [
      (["version"], "2"), (["kind"], #""exec""#), (["order", "action"], #""delete_namespace""#), (["order", "risk"], #""none""#),
      (["order", "action"], #""Restart_Deployment""#),
    ])
  func otherChoicesAreRefused(_ path: [String], _ value: String) throws {
    let tree = try Tree(Self.command(Self.act))
    #expect(throws: StrictJSONError.self) { try Command(parsing: tree.replacing(path, with: value).bytes) }
  }

  @Test("Bounds are kept")
  func boundsAreKept() throws {
    let gather = try Tree(Self.command(Self.gather))
    let observe = try Tree(Self.command(Self.observe))
    let long = "\"" + String(repeating: "x", count: 600) + "\""
    for name in ["id", "cluster", "namespace", "agent", "boot", "incident"] {
      #expect(throws: StrictJSONError.self, "\(name)") { try Command(parsing: gather.replacing([name], with: long).bytes) }
    }
    for lines in ["0", "501", "-1"] {
      #expect(throws: StrictJSONError.self) { try Command(parsing: gather.replacing(["gather", "logLines"], with: lines).bytes) }
    }
    for seconds in ["0", "86401"] {
      #expect(throws: StrictJSONError.self) {
        try Command(parsing: observe.replacing(["observe", "stabilitySeconds"], with: seconds).bytes)
      }
    }
    let pods = "[" + Array(repeating: #""p""#, count: 33).joined(separator: ",") + "]"
    #expect(throws: StrictJSONError.self) { try Command(parsing: gather.replacing(["gather", "pods"], with: pods).bytes) }
    let approvers = "[" + Array(repeating: #""a""#, count: 9).joined(separator: ",") + "]"
    #expect(throws: StrictJSONError.self) { try Command(parsing: gather.replacing(["approvers"], with: approvers).bytes) }
  }

  @Test("The digest of an order does not depend on who writes it: keys are sorted, nothing is escaped without need")
  func ordersAreCanonical() throws {
    let target = #"{"apiVersion":"apps/v1","kind":"Deployment","name":"checkout","namespace":"shop","uid":"u-1"}"#
    let members = [
      #""action":"scale_deployment""#, #""incident":"42""#, #""parameters":{"replicas":5}"#,
      #""preconditions":{"replicas":3,"templateDigest":"\#(Self.digest)"}"#, #""risk":"medium""#, #""target":\#(target)"#,
      #""verdictDigest":"\#(Self.digest)""#,
    ]
    #expect(String(decoding: try Self.order.canonicalBytes(), as: UTF8.self) == "{" + members.joined(separator: ",") + "}")
  }

  static let digest = String(repeating: "ab", count: 32)
  static let target = Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "checkout", uid: "u-1")
  static let order = Order(
    incident: "42", action: .scaleDeployment, target: target, preconditions: .init(templateDigest: digest, replicas: 3),
    parameters: .init(replicas: 5), risk: .medium, verdictDigest: digest)
  static let gather = Command.Task.gather(
    GatherRequest(pods: ["checkout-a"], workload: WorkloadName(kind: "Deployment", name: "checkout")))
  static let act = Command.Task.act(order)
  static let observe = Command.Task.observe(
    ObserveRequest(target: target, stabilitySeconds: 30, deadline: Timestamp(seconds: 2000)))

  static func command(_ task: Command.Task) -> Command {
    Command(
      id: "42-x-1", cluster: "c", namespace: "shop", agent: Command.agentIdentity(namespace: "shop"), boot: "b", epoch: 1,
      sequence: 7,
      incident: "42", task: task, approvers: ["jane"], notBefore: Timestamp(seconds: 1000), notAfter: Timestamp(seconds: 1120))
  }
}

/// A command's JSON as a tree that can be changed in one place.
private struct Tree {
  private let root: [String: Any]

  init(_ command: Command) throws {
    self.init(try #require(JSONSerialization.jsonObject(with: Data(command.encoded())) as? [String: Any]))
  }

  private init(_ root: [String: Any]) { self.root = root }

  var paths: [[String]] { Self.paths(root) }

  var bytes: [UInt8] { [UInt8]((try? JSONSerialization.data(withJSONObject: root)) ?? Data()) }

  func isObject(_ path: [String]) -> Bool { Self.value(root, path[...]) is [String: Any] }

  func text(_ path: [String]) throws -> String {
    let value = try #require(Self.value(root, path[...]))
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed), as: UTF8.self)
  }

  func removing(_ path: [String]) -> Tree { Tree(Self.changed(root, path[...]) { _ in nil }) }

  func replacing(_ path: [String], with json: String) throws -> Tree {
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    return Tree(Self.changed(root, path[...]) { _ in value })
  }

  func adding(_ key: String, to path: [String], value json: String = "1") throws -> Tree {
    try replacing(path + [key], with: json)
  }

  private static func paths(_ object: [String: Any]) -> [[String]] {
    object.keys.sorted().flatMap { key in
      [[key]] + paths(object[key] as? [String: Any] ?? [:]).map { [key] + $0 }
    }
  }

  private static func value(_ object: Any?, _ path: ArraySlice<String>) -> Any? {
    guard let key = path.first else { return object }
    return value((object as? [String: Any])?[key], path.dropFirst())
  }

  private static func changed(_ object: [String: Any], _ path: ArraySlice<String>, _ change: (Any?) -> Any?) -> [String: Any] {
    var object = object
    guard let key = path.first else { return object }
    object[key] = path.count == 1 ? change(object[key]) : changed(object[key] as? [String: Any] ?? [:], path.dropFirst(), change)
    return object
  }
}
