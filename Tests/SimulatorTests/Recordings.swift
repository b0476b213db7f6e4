import Foundation
import Testing

@testable import Simulator

/// One exchange with a real API server.
struct RecordedExchange {
  let name: String
  let request: JSONValue
  let status: Int
  let body: JSONValue

  init(_ document: JSONValue) {
    name = document["name"]?.string ?? ""
    request = document["request"] ?? [:]
    status = document[path: "response", "status"]?.integer ?? 0
    body = document[path: "response", "body"] ?? .null
  }

  func header(_ name: String) -> String { request[path: "headers", name]?.string ?? "" }
}

/// The recordings beside the package.
enum Recordings {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/recordings/kubernetes")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  static func load(_ file: String) throws -> [RecordedExchange] {
    let data = try Data(contentsOf: directory.appendingPathComponent(file))
    return try #require(try JSONValue(parsing: Array(data)).array).map(RecordedExchange.init)
  }
}

/// What differs between any two servers is masked: uids, versions, times, tokens.
enum Masking {
  static func masked(_ value: JSONValue, key: String = "") -> JSONValue {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.filter { !["managedFields", "creationTimestamp", "resourceVersion", "uid"].contains($0.key) }
            .map { ($0.key, masked($0.value, key: $0.key)) }))
    case .array(let array): .array(array.map { masked($0) })
    case .string(let text): .string(masked(text))
    default: value
    }
  }

  static func masked(_ text: String) -> String {
    text.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "UID")
      .replacing(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "TIME")
      .replacing(/in record \(\d+\)/, with: "in record (RV)")
      .replacing(/current: \d+/, with: "current: RV")
      .replacing(/kube-api-access-[a-z0-9]{5}/, with: "kube-api-access-XXXXX")
      .replacing(/\bgen-[a-z0-9]{5}\b/, with: "gen-XXXXX")
      .replacing(/(<token-[a-z-]+>|<agent-[a-z]+>|eyJ[A-Za-z0-9_.-]+)/, with: "TOKEN")
  }
}
