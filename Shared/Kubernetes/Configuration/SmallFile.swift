import Glibc

/// A file of settings or credentials, read whole.
public enum SmallFile {
  public static let maximumBytes = 1024 * 1024

  /// The file's text without blanks and line ends around it.
  public static func text(_ path: String) throws(ClusterConfigurationError) -> String {
    let text = String(decoding: try bytes(path), as: UTF8.self)
    let isBlank = { (character: Character) in character.isWhitespace }
    guard let start = text.firstIndex(where: { !isBlank($0) }), let end = text.lastIndex(where: { !isBlank($0) }) else {
      return ""
    }
    return String(text[start...end])
  }

  public static func bytes(_ path: String) throws(ClusterConfigurationError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: systemMessage()) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw .unreadable(file: path, reason: systemMessage())
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maximumBytes else { throw .unreadable(file: path, reason: "larger than \(maximumBytes) bytes") }
    }
  }

  static func systemMessage() -> String { String(cString: strerror(errno)) }
}
