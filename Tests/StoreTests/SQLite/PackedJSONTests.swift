import Foundation
import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("Documents in the database")
struct PackedJSONTests {
  @Test("come back as they were, small and large", arguments: [0, 1, 255, 256, 1000, 100_000])
  func roundTrip(size: Int) throws {
    let text = (0..<size).map { UInt8(ascii: "a") + UInt8(($0 * $0) % 23) }
    let packed = PackedJSON.pack(text)
    #expect(PackedJSON.unpack(packed) == Data(text))
    if size >= 1000 { #expect(packed.count < size / 2) }
  }

  @Test(
    "that are damaged are not read",
    arguments: [[1], [1, 0, 0, 0], [1, 255, 255, 255, 255, 0], [1, 0, 0, 0, 9, 1, 2, 3]] as [[UInt8]])
  func damaged(bytes: [UInt8]) {
    #expect(PackedJSON.unpack(Data(bytes)) == nil)
  }

  @Test("Evidence is stored once, packed, and its command keeps the proof of which it was")
  func once() async throws {
    try await TemporaryStore.opened { store, files in
      var walk = try await Walk(store)
      try await walk.gather()
      let (result, document) = try files.sql { db in
        (
          try String.fetchOne(db, sql: "SELECT CAST(result AS TEXT) FROM commands WHERE kind = 'gather'") ?? "",
          try Data.fetchOne(db, sql: "SELECT document FROM incidents") ?? Data()
        )
      }
      #expect(result.contains("evidenceDigest") && !result.contains("facts\":["))
      #expect(try StoredJSON.value(Incident.self, document, "").evidence == nil)
      #expect(try await store.incident(1)?.evidence == walk.incident.evidence)
    }
  }

  @Test("Old evidence goes in bounded steps; incidents, stories, and what is open or young stays")
  func retention() async throws {
    try await TemporaryStore.opened { store, files in
      for index in 0..<25 {
        let workload = WorkloadName(kind: "Deployment", name: "w\(index)")
        var walk = try await Walk(store, Situation.opening("f\(index)", workload: workload))
        try await walk.gather()
        if index != 7 { try await store.close(walk, at: walk.now) }
      }
      let cutoff = Situation.start + .seconds(3600)
      try files.sql { db in
        try db.execute(
          sql: "UPDATE incidents SET updated_at = ? WHERE id > 20", arguments: [(cutoff + .seconds(1)).milliseconds])
      }
      #expect(try await store.pruneEvidence(endedBefore: cutoff, page: 10) == 19)
      #expect(try await store.incident(1)?.evidence == nil)
      #expect(try await store.incident(8)?.evidence != nil, "still open")
      #expect(try await store.incident(21)?.evidence != nil, "young")
      #expect(try await store.timeline(of: 1).count > 2)
      #expect(try await store.pruneEvidence(endedBefore: cutoff, page: 10) == 0)
    }
  }
}

extension SQLiteIncidentStore {
  fileprivate func close(_ walk: Walk, at now: Timestamp) async throws {
    let alert = Situation.alert("f\(walk.incident.id - 1)", status: .resolved)
    _ = try await take(Situation.resolved(alert), through: Situation.pipeline, at: now)
  }
}
