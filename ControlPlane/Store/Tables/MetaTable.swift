import GRDB

extension Database {
  var meta: MetaTable { MetaTable(db: self) }
}

/// Numbers of the database as a whole.
struct MetaTable {
  let db: Database

  /// Raised whenever a control plane takes over; agents follow only the highest that they have seen.
  func epoch() throws -> Int64 {
    guard let epoch = try db.value(Int64.self, "SELECT value FROM meta WHERE name = 'epoch'") else {
      throw StoredJSONError(name: "epoch")
    }
    return epoch
  }

  func raiseEpoch(above known: Int64) throws -> Int64 {
    let epoch = try db.value(
      Int64.self, "UPDATE meta SET value = max(value, ?) + 1 WHERE name = 'epoch' RETURNING value", [known])
    guard let epoch else { throw StoredJSONError(name: "epoch") }
    return epoch
  }
}
