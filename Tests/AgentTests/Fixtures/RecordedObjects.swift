import Foundation

/// Objects as a real API server sent them, from the recordings beside the package.
enum RecordedObjects {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/recordings/kubernetes")

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.path()) }

  /// The body of an exchange; of a list its first item.
  static func read<Object: Decodable>(_ type: Object.Type, _ file: String, _ name: String) throws -> Object {
    let data = try Data(contentsOf: directory.appending(path: file))
    let exchanges = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
    let exchange = exchanges.first { $0["name"] as? String == name }
    guard let body = (exchange?["response"] as? [String: Any])?["body"] as? [String: Any] else {
      throw CocoaError(.fileNoSuchFile)
    }
    let object = (body["items"] as? [[String: Any]])?.first ?? body
    return try JSONDecoder().decode(type, from: JSONSerialization.data(withJSONObject: object))
  }
}
