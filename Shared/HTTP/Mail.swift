/// A mail ready to be handed to a relay.
public struct Mail: Sendable, Equatable {
  /// The envelope's sender, to whom failures are reported: a bare address such as `sre@example.com`.
  public var from: String
  /// The envelope's recipients, bare addresses.
  public var to: [String]
  /// Header and body as RFC 5322 has them: lines of at most 998 bytes that end with CRLF. Dots at the beginning of a
  /// line are escaped on the way.
  public var content: [UInt8]

  public init(from: String, to: [String], content: [UInt8]) {
    self.from = from
    self.to = to
    self.content = content
  }

  /// Relays take at least 100 recipients (RFC 5321, section 4.5.3.1.8).
  static let recipientLimit = 100
  static let contentLimit = 25 * 1024 * 1024
  static let lineLimit = 998

  func validate() throws(HTTPError) {
    try Self.check(address: from, role: "sender")
    guard !to.isEmpty, to.count <= Self.recipientLimit else {
      throw .invalidRequest("a mail has 1 to \(Self.recipientLimit) recipients, not \(to.count)")
    }
    for recipient in to { try Self.check(address: recipient, role: "recipient") }
    guard !content.isEmpty, content.count <= Self.contentLimit else {
      throw .invalidRequest("a mail has 1 to \(Self.contentLimit) bytes, not \(content.count)")
    }
    try checkLines()
  }

  /// An address goes into an SMTP command between angle brackets: whatever could end it, or the line, is refused. Quoted
  /// local parts and internationalised addresses (RFC 6531) are not supported.
  private static func check(address: String, role: String) throws(HTTPError) {
    let bytes = Array(address.utf8)
    let isPlain = bytes.allSatisfy { (0x21...0x7E).contains($0) && !"<>()[]\\,;:\"".utf8.contains($0) }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    // Lengths: RFC 5321, section 4.5.3.1.
    guard isPlain, parts.count == 2, (1...64).contains(parts[0].count), (1...255).contains(parts[1].count) else {
      throw .invalidRequest("a \(role)'s address is not of the form NAME@DOMAIN in printable ASCII")
    }
  }

  /// A line feed or carriage return of its own is read as the end of a line by some relays and not by others, which
  /// lets one mail smuggle another («SMTP smuggling», CVE-2023-51764).
  private func checkLines() throws(HTTPError) {
    let fault = content.withUnsafeBufferPointer { bytes -> String? in
      var lineStart = 0
      var index = 0
      while index < bytes.count {
        switch bytes[index] {
        case 0x00:
          return "the mail has a NUL byte"
        case 0x0D where index + 1 < bytes.count && bytes[index + 1] == 0x0A:
          guard index - lineStart <= Self.lineLimit else { return Self.longLine }
          index += 2
          lineStart = index
        case 0x0D, 0x0A:
          return "the mail has a CR or LF of its own; lines end with CRLF"
        default:
          index += 1
        }
      }
      return bytes.count - lineStart <= Self.lineLimit ? nil : Self.longLine
    }
    if let fault { throw .invalidRequest(fault) }
  }

  private static let longLine = "the mail has a line of more than \(lineLimit) bytes"
}
