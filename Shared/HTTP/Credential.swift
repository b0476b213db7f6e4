import Glibc

/// What proves to a server who is calling. Prints without its secret.
public enum Credential: Sendable, Equatable {
  /// `Authorization: Bearer TOKEN` (RFC 6750).
  case bearer(String)
  /// As `bearer`, with the token read from this file for every request, because the kubelet rotates projected
  /// ServiceAccount tokens in place. White space around the token is dropped.
  case bearerFile(String)

  /// A projected token has about 1 KiB; servers refuse header lines far below this.
  static let fileSizeLimit = 64 * 1024

  /// The value of the `Authorization` header.
  func authorization() throws(HTTPError) -> String {
    switch self {
    case .bearer(let token):
      guard Self.isToken(token.utf8) else {
        throw .invalidRequest("the bearer token is empty or has a character that a header cannot carry")
      }
      return "Bearer \(token)"
    case .bearerFile(let path):
      let bytes = try Self.read(path)
      guard let first = bytes.firstIndex(where: { !Self.isSpace($0) }),
        let last = bytes.lastIndex(where: { !Self.isSpace($0) })
      else { throw .credentialUnreadable("\(path) is empty") }
      let token = bytes[first...last]
      guard Self.isToken(token) else {
        throw .credentialUnreadable("\(path) has a character that a header cannot carry")
      }
      return "Bearer \(String(decoding: token, as: UTF8.self))"
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func read(_ path: String) throws(HTTPError) -> [UInt8] {
    // A pipe in the place of the file would block without O_NONBLOCK.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .credentialUnreadable("\(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var content: [UInt8] = []
    while true {
      var failure: CInt = 0
      let part = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        let size = Glibc.read(file, buffer.baseAddress, buffer.count)
        if size < 0 { failure = errno }
        count = max(0, size)
      }
      if failure == EINTR { continue }
      guard failure == 0 else { throw .credentialUnreadable("\(path): \(String(cString: strerror(failure)))") }
      if part.isEmpty { return content }
      content += part
      guard content.count <= fileSizeLimit else {
        throw .credentialUnreadable("\(path) has more than \(fileSizeLimit) bytes")
      }
    }
  }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .bearer: "bearer (redacted)"
    case .bearerFile(let path): "bearer from \(path)"
    }
  }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
