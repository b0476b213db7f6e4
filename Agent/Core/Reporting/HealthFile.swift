import Glibc
public import Wire

/// A file that a probe looks at, since the agent opens no port. It is written again while the link and the watches live.
public struct HealthFile: Sendable {
  public let path: String
  /// How often it is written while all is well.
  public static let interval = Duration.seconds(10)
  /// Older than this is unhealthy.
  public static let ageLimit = Duration.seconds(60)

  public init(path: String) { self.path = path }

  /// - Returns: whether it could be written.
  func touch(at now: Timestamp) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let text = Array((now.rfc3339 + "\n").utf8)
    return write(descriptor, text, text.count) == text.count
  }

  /// When an earlier life of the agent last was well, if its file is still there.
  var lastSign: Timestamp? {
    var attributes = stat()
    guard stat(path, &attributes) == 0 else { return nil }
    return Timestamp(seconds: Int64(attributes.st_mtim.tv_sec))
  }

  /// What a probe asks: was the file written a short time ago?
  public func isFresh(at now: Timestamp = SystemWallClock().now) -> Bool {
    lastSign.map { $0.duration(to: now) <= Self.ageLimit } ?? false
  }
}
