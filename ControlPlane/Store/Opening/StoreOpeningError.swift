/// Why `incidents.db` was not opened. None of its tables was changed.
public enum StoreOpeningError: Error, Sendable, Equatable {
  /// The directory of the file does not exist. It is not made, so that a volume that was not mounted is noticed.
  case directoryMissing(String)
  /// Another control plane owns the database while it lives.
  case inUse(String)
  /// The file was written by a later version of this program.
  case newerSchema(found: Int, known: Int)
  /// Something else's file.
  case notAnIncidentDatabase(path: String, reason: String)
  case unavailable(path: String, reason: String)
}

extension StoreOpeningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .directoryMissing(let directory): "the directory \(directory) of the database does not exist"
    case .inUse(let path): "\(path) is in use by another control plane; a database has one owner at a time"
    case .newerSchema(let found, let known):
      "the database has schema \(found), written by a newer version; this version knows schemas up to \(known)"
    case .notAnIncidentDatabase(let path, let reason): "\(path) is not a database of incidents: \(reason)"
    case .unavailable(let path, let reason): "\(path) cannot be opened: \(reason)"
    }
  }
}
