import FoundationEssentials
import Glibc

/// Where the control plane keeps what it must not lose, readable by its user alone.
struct DataDirectory: Sendable {
  let path: String

  var database: String { path + "/incidents.db" }
  var listening: String { path + "/listening.json" }
  var keys: String { path + "/keys" }
  var tls: String { path + "/tls" }

  func token(_ name: String) -> String { path + "/tokens/" + name }

  func create() throws {
    for directory in [path, keys, tls, path + "/tokens"] { try PrivateFiles.makeDirectory(directory) }
  }
}

/// Files that only their owner may read.
enum PrivateFiles {
  static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Writes a file that is there whole or not at all, and never readable by others in between.
  static func write(_ content: some Sequence<UInt8>, to path: String, mode: Int = 0o600) throws {
    let temporary = path + ".new"
    try? FileManager.default.removeItem(atPath: temporary)
    guard FileManager.default.createFile(atPath: temporary, contents: Data(content), attributes: [.posixPermissions: mode]) else {
      throw CocoaError(.fileWriteUnknown)
    }
    guard rename(temporary, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
