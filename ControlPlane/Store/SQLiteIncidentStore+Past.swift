import GRDB
package import Pipeline

extension SQLiteIncidentStore {
  /// Takes in an act of before this database: it counts for the workload's rest, and becomes a precedent; nothing is done.
  package func remember(_ act: PastAct) async throws(StoreError) {
    try await write { db in
      var steps = StepWriting(db, Pipeline(), at: act.at)
      try steps.remember(act, nonce: self.nonce())
    }
  }
}
