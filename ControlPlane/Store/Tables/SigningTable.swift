import GRDB
import Wire

extension Database {
  var signings: SigningTable { SigningTable(db: self) }
}

/// For which lives of agents and which epochs commands were signed.
struct SigningTable {
  let db: Database

  /// - Returns: whether it is new for this life and epoch, and whether the command was never signed before.
  func note(_ command: Command) throws -> (isNew: Bool, isFirst: Bool) {
    let isFirst = try db.value(Int.self, "SELECT 1 FROM signings WHERE command = ? LIMIT 1", [command.sequence]) == nil
    try db.run(
      "INSERT OR IGNORE INTO signings (command, boot, epoch) VALUES (?, ?, ?)", [command.sequence, command.boot, command.epoch])
    return (db.changesCount > 0, isFirst)
  }
}
