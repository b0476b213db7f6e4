import Foundation

@testable import Simulator

/// One exchange with a real API server, as it was recorded.
struct RecordedExchange: Sendable {
  let file: String
  let name: String
  let method: String
  /// Path and query as sent.
  let target: String
  let requestHeaders: [String: String]
  let requestBody: JSONValue
  let status: Int
  let responseHeaders: JSONValue
  let body: JSONValue
  /// The lines of a watch; `nil` for anything else.
  let events: [JSONValue]?
  /// The pieces of a followed log; `nil` for anything else.
  let chunks: [String]?

  init(_ document: JSONValue, file: String) {
    self.file = file
    name = document["name"]?.string ?? ""
    method = document[path: "request", "method"]?.string ?? "GET"
    target = document[path: "request", "path"]?.string ?? ""
    requestHeaders = document[path: "request", "headers"]?.stringDictionary ?? [:]
    requestBody = document[path: "request", "body"] ?? .null
    status = document[path: "response", "status"]?.integer ?? 0
    responseHeaders = document[path: "response", "headers"] ?? [:]
    body = document[path: "response", "body"] ?? .null
    events = document[path: "response", "events"]?.array?.map { $0["line"] ?? .null }
    chunks = document[path: "response", "chunks"]?.array?.compactMap { $0["text"]?.string }
  }

  /// `03-watch.json too-old-pods`.
  var identity: String { "\(file) \(name)" }

  var path: String { String(target.prefix { $0 != "?" }) }
  var query: Query { Query(String(target.dropFirst(path.count + 1))) }
  var resource: RequestTarget { RequestTarget(path: Query.decoded(path)) }
  var isDryRun: Bool { target.contains("dryRun=All") }

  /// The bearer token, such as `<admin>`.
  var token: String? {
    guard let authorization = requestHeaders["Authorization"], authorization.hasPrefix("Bearer ") else { return nil }
    return String(authorization.dropFirst(7))
  }

  /// The request's body with what the recording only describes.
  var bodyText: String? {
    switch requestBody {
    case .null: nil
    case .string(let text): Self.expanded(text)
    default: Self.expanded(requestBody.text)
    }
  }

  private static func expanded(_ text: String) -> String {
    if text == "<10001 add operations>" {
      let operation = #"{"op":"add","path":"/metadata/annotations","value":{}}"#
      return "[" + Array(repeating: operation, count: 10_001).joined(separator: ",") + "]"
    }
    return text.replacing(/<the letter x (\d+) times>/) { String(repeating: "x", count: Int($0.1) ?? 0) }
      .replacing(/"<(\d+) rules of 1000[^"]*>"/) { match in
        let names = (0..<1000).map { #""\#(String(repeating: "n", count: 86))\#($0)""# }.joined(separator: ",")
        let rule = #"{"apiGroups":[""],"resources":["configmaps"],"resourceNames":[\#(names)],"verbs":["get"]}"#
        return "[" + Array(repeating: rule, count: Int(match.1) ?? 0).joined(separator: ",") + "]"
      }
  }

  /// The objects that the answer shows, with their kind, and with the type that they belong to.
  var objects: [(type: ResourceType, object: JSONValue)] { isDryRun ? [] : shown }

  /// As ``objects``, of a dry run too.
  var shown: [(type: ResourceType, object: JSONValue)] {
    guard (200...201).contains(status) else { return [] }
    if let events { return events.filter { $0["type"] != "BOOKMARK" }.flatMap { Self.objects(in: $0["object"] ?? .null) } }
    return Self.objects(in: body)
  }

  private static func objects(in document: JSONValue) -> [(type: ResourceType, object: JSONValue)] {
    guard let kind = document["kind"]?.string, let apiVersion = document["apiVersion"]?.string else { return [] }
    if let type = ResourceCatalogue.type(apiVersion: apiVersion, kind: kind) { return [(type, document)] }
    guard kind.hasSuffix("List"),
      let type = ResourceCatalogue.type(apiVersion: apiVersion, kind: String(kind.dropLast(4)))
    else { return [] }
    return (document["items"]?.array ?? []).map { item in
      var object: JSONValue = ["kind": .string(type.kind), "apiVersion": .string(type.apiVersion)]
      for (key, value) in item.object ?? JSONObject() { object[key] = value }
      return (type, object)
    }
  }
}

/// The recordings beside the package.
enum Recordings {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/recordings/kubernetes")

  static let files = [
    "01-identity.json", "02-pods.json", "03-watch.json", "04-logs.json", "05-rollouts.json", "06-scale.json",
    "07-eviction.json", "08-nodes.json", "09-journal-lease.json", "10-errors.json", "11-admission-policy.json",
    "12-pod-faults.json",
  ]

  static var isPresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  static func load(_ file: String) throws -> [RecordedExchange] {
    let data = try Data(contentsOf: directory.appendingPathComponent(file))
    return (try JSONValue(parsing: Array(data)).array ?? []).map { RecordedExchange($0, file: file) }
  }

  static func text(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: directory.appendingPathComponent(file)), as: UTF8.self)
  }
}
