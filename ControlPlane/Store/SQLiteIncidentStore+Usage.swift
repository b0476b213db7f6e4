import GRDB
public import Pipeline

extension SQLiteIncidentStore: ModelLedger {
  /// Days that are kept.
  private static let kept = 90

  public func book(
    _ usage: ModelUsage, of namespace: String, on day: Int, within budget: ModelBudget
  ) async throws(StoreError) -> Bool {
    try await write { db in
      let row = try db.row("SELECT tokens, cost FROM model_usage WHERE day = ? AND namespace = ?", [day, namespace])
      let used = ModelUsage(tokens: row?["tokens"] ?? 0, microdollars: row?["cost"] ?? 0)
      if let limit = budget.dailyTokens, used.tokens + usage.tokens > limit { return false }
      if let limit = budget.dailyMicrodollars, used.microdollars + usage.microdollars > limit { return false }
      try Self.add(usage, namespace, day, db)
      try db.run("DELETE FROM model_usage WHERE day < ?", [day - Self.kept])
      return true
    }
  }

  public func correct(_ difference: ModelUsage, of namespace: String, on day: Int) async throws(StoreError) {
    try await write { db in try Self.add(difference, namespace, day, db) }
  }

  private static func add(_ usage: ModelUsage, _ namespace: String, _ day: Int, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO model_usage (day, namespace, tokens, cost) VALUES (?, ?, max(0, ?), max(0, ?))
      ON CONFLICT DO UPDATE SET tokens = max(0, tokens + ?), cost = max(0, cost + ?)
      """, [day, namespace, usage.tokens, usage.microdollars, usage.tokens, usage.microdollars])
  }
}
