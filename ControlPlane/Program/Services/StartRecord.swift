import Pipeline
import Server
import Store
import Wire

/// Notes the start in the audit timeline, and which settings are others than at the start before.
struct StartRecord {
  let settings: Settings
  let epoch: Int64
  let signer: String
  let store: SQLiteIncidentStore
  let now: Timestamp

  func write() async throws {
    try await store.record(
      AuditEntry(
        at: now, topic: .start, summary: "A control plane started under epoch \(epoch)",
        details: ["epoch": "\(epoch)", "version": Version.current, "signer": signer]))
    let shown = Dictionary(settings.shown.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let current = AuditEntry(at: now, topic: .settings, summary: "", details: shown)
    let before = try await store.latest(.settings)?.details
    guard before != current.details else { return }
    let names = Set(current.details.keys).union(before?.keys ?? [:].keys)
    let changed = names.filter { before?[$0] != current.details[$0] }.sorted()
    let summary =
      before == nil
      ? "The first settings"
      : "Settings changed: "
        + changed.map { "\($0): \(before?[$0] ?? "unset") → \(current.details[$0] ?? "unset")" }.joined(separator: "; ")
    try await store.record(AuditEntry(at: now, topic: .settings, summary: summary, details: shown))
  }
}
