import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("The ledger of blindness")
struct BlindSpanTests {
  private func span(_ what: String = "pods", from: Int = 0, to: Int? = nil) -> BlindSpan {
    BlindSpan(
      what: what, why: "the watch was silent", from: Situation.start + .seconds(from),
      to: to.map { Situation.start + .seconds($0) })
  }

  @Test("keeps a span once, takes its end once, and lives over a restart")
  func once() async throws {
    try await TemporaryStore.run { files in
      let store = try SQLiteIncidentStore(path: files.path)
      for spans in [[span()], [span()], [span(to: 30)], [span(to: 90)], [span("events", from: 5)]] {
        try await store.note(spans, of: "shop", at: Situation.start)
      }
      try await store.note([span()], of: "bank", at: Situation.start)
      try await store.note(contacts: ["shop": Situation.start, "bank": Situation.start + .seconds(9)])
      try await store.note(contacts: ["shop": Situation.start - .seconds(1)])
      try await store.close()
      let again = try SQLiteIncidentStore(path: files.path)
      #expect(try await again.blindSpans(of: "shop") == [span("events", from: 5), span(to: 30)])
      #expect(try await again.blindSpans(of: "bank") == [span()])
      #expect(try await again.contacts() == ["shop": Situation.start, "bank": Situation.start + .seconds(9)])
      try await again.close()
    }
  }

  @Test("lets go what ended a week ago, and keeps a bounded number of spans of a namespace")
  func bounded() async throws {
    try await TemporaryStore.opened { store, files in
      try await store.note([span(to: 30), span("events")], of: "shop", at: Situation.start)
      let later = Situation.start + BlindnessLimits.retention + .seconds(31)
      try await store.note([span("api", from: 99)], of: "shop", at: later)
      #expect(try await store.blindSpans(of: "shop").map(\.what) == ["api", "events"])
      for start in 0..<3 {
        try await store.note((0..<BlindnessLimits.kept).map { span(from: $0 * 3 + start) }, of: "bank", at: Situation.start)
      }
      let count = try files.sql { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM blind_spans WHERE namespace = 'bank'") }
      #expect(count == BlindnessLimits.kept)
      #expect(try await store.blindSpans(of: "bank").count == BlindnessLimits.shown)
    }
  }
}
