import Foundation

/// A directory in memory where there is one, that goes with its last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    let places = ["/dev/shm", NSTemporaryDirectory()]
    let place = places.first { FileManager.default.isWritableFile(atPath: $0) } ?? "."
    path = place + "/sre-replay-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
