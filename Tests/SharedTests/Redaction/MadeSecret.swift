/// Secrets that nobody ever issued, put together at run time so that no scanner of repositories takes the tests for a leak.
enum MadeSecret {
  static let lower = "abcdefghijklmnopqrstuvwxyz"
  static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  static let digits = "0123456789"
  static let hex = digits + "abcdef"
  static let alphanumeric = upper + lower + digits
  static let base64URL = alphanumeric + "_-"
  static let base64 = alphanumeric + "+/"

  /// The same characters for the same arguments; with at least one of each class that the alphabet has.
  static func of(_ count: Int, from alphabet: String = alphanumeric, seed: UInt64 = 1) -> String {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(count)
    let characters = Array(alphabet)
    var text = ""
    while text.count < count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text.append(characters[Int((state >> 33) % UInt64(characters.count))])
    }
    return text
  }

  static func pem(_ label: String, lines: Int = 5) -> String {
    let body = (0..<lines).map { of($0 == lines - 1 ? 23 : 64, from: base64, seed: UInt64($0) + 9) }
    return "-----BEGIN \(label)-----\n" + body.joined(separator: "\n") + "=\n-----END \(label)-----"
  }

  static let jwt =
    "eyJ" + of(33, from: base64URL) + ".eyJ" + of(80, from: base64URL, seed: 2) + "." + of(43, from: base64URL, seed: 3)
}
