import FoundationEssentials
import Wire

/// Details of an audit entry as they are stored and hashed: canonical JSON, nothing for none.
enum DetailsText {
  static func text(_ details: [String: String]) throws -> String? {
    details.isEmpty ? nil : String(decoding: try CanonicalJSON.bytes(of: details), as: UTF8.self)
  }

  static func details(_ text: String?) throws -> [String: String] {
    guard let text else { return [:] }
    return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }
}
