import FoundationEssentials

/// Standard base64 with padding, as Kubernetes writes bytes in JSON and YAML.
enum Base64 {
  static func decode(_ text: String) -> [UInt8]? {
    Data(base64Encoded: text).map { [UInt8]($0) }
  }
}
