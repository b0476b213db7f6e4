import Foundation

/// The recorded exchanges with a real API server, which lie beside the package.
enum Recordings {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/recordings/kubernetes")

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.appending(path: "README.md").path()) }

  /// `02` for `02-pods.json`.
  static func file(_ number: String) throws -> [RecordedExchange] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path())
    guard let name = names.first(where: { $0.hasPrefix(number + "-") }) else { return [] }
    let data = try Data(contentsOf: directory.appending(path: name))
    let list = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
    return list.compactMap { RecordedExchange($0) }
  }

  static func exchange(_ number: String, _ name: String) throws -> RecordedExchange {
    guard let found = try file(number).first(where: { $0.name == name }) else { throw CocoaError(.fileNoSuchFile) }
    return found
  }

  static func all() throws -> [RecordedExchange] {
    try (1...12).flatMap { try file($0 < 10 ? "0\($0)" : "\($0)") }
  }
}

struct RecordedExchange {
  let name: String
  let method: String
  let path: String
  let requestBody: [UInt8]
  let status: Int
  let retryAfter: String?
  let body: [UInt8]
  /// `kind` of a JSON body.
  let kind: String?
  let lines: [[UInt8]]

  init?(_ json: [String: Any]) {
    guard let name = json["name"] as? String, let request = json["request"] as? [String: Any],
      let response = json["response"] as? [String: Any], let status = response["status"] as? Int,
      let method = request["method"] as? String, let path = request["path"] as? String
    else { return nil }
    self.name = name
    self.method = method
    self.path = path
    self.status = status
    requestBody = Self.bytes(request["body"])
    retryAfter = (response["headers"] as? [String: Any])?["Retry-After"] as? String
    body = Self.bytes(response["body"])
    kind = (response["body"] as? [String: Any])?["kind"] as? String
    lines = (response["events"] as? [[String: Any]] ?? []).map { Self.bytes($0["line"]) }
  }

  private static func bytes(_ value: Any?) -> [UInt8] {
    switch value {
    case let text as String: Array(text.utf8)
    case let json as [String: Any]: [UInt8]((try? JSONSerialization.data(withJSONObject: json)) ?? Data())
    case let json as [Any]: [UInt8]((try? JSONSerialization.data(withJSONObject: json)) ?? Data())
    default: []
    }
  }
}
