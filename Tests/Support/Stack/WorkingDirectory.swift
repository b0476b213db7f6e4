import Foundation

/// A directory that lasts as long as its owner wants it to.
public struct WorkingDirectory: Sendable {
  public let path: String

  /// Makes a new one under the system's temporary directory, for this user only.
  public init(prefix: String) throws {
    path = FileManager.default.temporaryDirectory.path + "/\(prefix)-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  /// Makes a directory inside and returns its path.
  public func directory(_ name: String) throws -> String {
    let directory = path(name)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return directory
  }

  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// - Returns: the path of the file.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
