import GRDB
import Pipeline

extension StoreError {
  /// What a caller is told of a failure within a transaction or a read.
  init(_ error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as IncidentError: self = .refused(error)
    default: self = .unavailable(Self.reason(of: error))
    }
  }

  /// One line that a person can act on, without values of the statement: they may hold evidence.
  static func reason(of error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    let detail = error.message.map { ": \($0)" } ?? ""
    let code = error.extendedResultCode.rawValue
    return switch error.resultCode {
    case .SQLITE_FULL: "the disk is full"
    case .SQLITE_BUSY, .SQLITE_LOCKED: "another process has held the database locked for too long"
    case .SQLITE_IOERR: "the disk failed (SQLite error \(code))"
    case .SQLITE_READONLY: "the file or its disk is read-only (SQLite error \(code))"
    case .SQLITE_CANTOPEN: "the file cannot be opened (SQLite error \(code))"
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: "the file is damaged (SQLite error \(code))"
    case .SQLITE_NOMEM: "out of memory"
    default: "SQLite error \(code)\(detail)"
    }
  }
}
