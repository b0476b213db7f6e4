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
    for directory in [path, tls, path + "/tokens"] { try PrivateFiles.makeDirectory(directory) }
  }
}

/// Files that only their owner may read.
enum PrivateFiles {
  static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Puts a directory in the place of an empty or missing one.
  static func moveDirectory(_ source: String, to destination: String) throws {
    guard rename(source, destination) == 0 else { throw PrivateFilesError(destination) }
  }

  /// Writes a file that is there whole or not at all, also after a power cut, and never readable by others in between.
  static func write(_ content: some Sequence<UInt8>, to path: String, mode: mode_t = 0o600) throws {
    let temporary = path + ".new"
    try writeDurably(Array(content), to: temporary, mode: mode)
    guard rename(temporary, path) == 0 else { throw PrivateFilesError(path) }
  }

  /// Like `write`, but the first of several writers wins.
  /// - Returns: false when the file was there already.
  static func writeNew(_ content: some Sequence<UInt8>, to path: String) throws -> Bool {
    let temporary = path + ".\(UInt32.random(in: 0 ... .max)).new"
    try writeDurably(Array(content), to: temporary, mode: 0o600)
    defer { unlink(temporary) }
    if link(temporary, path) == 0 { return true }
    guard errno == EEXIST else { throw PrivateFilesError(path) }
    return false
  }

  private static func writeDurably(_ content: [UInt8], to path: String, mode: mode_t) throws {
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw PrivateFilesError(path) }
    defer { close(file) }
    let written = content.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    guard written == content.count, fsync(file) == 0 else { throw PrivateFilesError(path) }
  }

  /// One that is not there is gone already.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw PrivateFilesError(path) }
  }

  static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// A file that could not be written, with the system's reason.
struct PrivateFilesError: Error, CustomStringConvertible {
  let description: String

  init(_ path: String) {
    description = "\(path): \(String(cString: strerror(errno)))"
  }
}
