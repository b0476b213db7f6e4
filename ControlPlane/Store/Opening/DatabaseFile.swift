#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The file of the database, before SQLite sees it.
struct DatabaseFile {
  /// `PRAGMA application_id`: `ASRE`. It tells this database from any other SQLite file
  /// (https://sqlite.org/fileformat2.html#application_id).
  static let applicationID: Int32 = 0x4153_5245

  /// Owner only: evidence and names of people are in it. SQLite gives its companions `-wal` and `-shm` the same mode.
  private static let mode: mode_t = 0o600
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let headerLength = 100
  private static let applicationIDOffset = 68

  let path: String

  /// Makes the file when it is absent, and narrows its mode when it is too open.
  func prepare() throws(StoreOpeningError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, Self.mode)
    guard descriptor >= 0 else { throw .unavailable(path: path, reason: SystemError.text(errno)) }
    defer { close(descriptor) }
    try checkHeader(descriptor)
    guard fchmod(descriptor, Self.mode) == 0 else { throw .unavailable(path: path, reason: SystemError.text(errno)) }
    for companion in [path + "-wal", path + "-shm"] where chmod(companion, Self.mode) != 0 && errno != ENOENT {
      throw .unavailable(path: companion, reason: SystemError.text(errno))
    }
  }

  func requireDirectory() throws(StoreOpeningError) {
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .directoryMissing(directory) }
  }

  /// An application id of 0 is let through: the first one may still be in the write-ahead log only.
  private func checkHeader(_ descriptor: Int32) throws(StoreOpeningError) {
    var header = [UInt8](repeating: 0, count: Self.headerLength)
    let count = pread(descriptor, &header, header.count, 0)
    guard count >= 0 else { throw .unavailable(path: path, reason: SystemError.text(errno)) }
    if count == 0 { return }
    guard count == header.count, header.starts(with: Self.magic) else {
      throw .notAnIncidentDatabase(path: path, reason: "it is not an SQLite file")
    }
    let id = header[Self.applicationIDOffset..<Self.applicationIDOffset + 4].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    guard id == 0 || id == Self.applicationID else {
      throw .notAnIncidentDatabase(path: path, reason: "it belongs to another application (id \(id))")
    }
  }
}
