import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("Queries")
struct QueryTests {
  private func fill(_ store: SQLiteIncidentStore, _ count: Int) async throws {
    let openings = (0..<count).map { index in
      Situation.opening(
        "f\(index)", namespace: index.isMultiple(of: 2) ? "shop" : "bank",
        workload: WorkloadName(kind: "Deployment", name: "w\(index)"), pods: [])
    }
    _ = try await store.take(AlertDelivery(firing: openings, resolved: []), through: Situation.pipeline, at: Situation.start)
  }

  @Test("Pages go from the newest to the oldest without gap or repeat")
  func pages() async throws {
    try await TemporaryStore.opened { store, _ in
      try await fill(store, 25)
      var query = IncidentQuery(limit: 10)
      var seen: [[Incident.ID]] = []
      repeat {
        let page = try await store.page(query)
        seen.append(page.incidents.map(\.id))
        query.before = page.next
      } while query.before != nil
      #expect(seen == [Array((16...25).reversed()), Array((6...15).reversed()), Array((1...5).reversed())])
    }
  }

  @Test("Pages of some namespaces and states show just those")
  func filters() async throws {
    try await TemporaryStore.opened { store, _ in
      try await fill(store, 10)
      _ = try await store.apply(
        .unanswered(command: try #require(try await store.incident(3)?.openCommand)), to: 3, completing: nil,
        through: Situation.pipeline, at: Situation.start)
      func ids(_ states: Set<Incident.State>?, _ namespaces: Set<String>?, before: Incident.ID? = nil) async throws -> [Incident
        .ID]
      {
        try await store.page(IncidentQuery(states: states, namespaces: namespaces, before: before, limit: 4)).incidents.map(\.id)
      }
      #expect(try await ids(nil, ["shop"]) == [9, 7, 5, 3])
      #expect(try await ids(nil, ["shop", "bank"], before: 5) == [4, 3, 2, 1])
      #expect(try await ids([.escalated], nil) == [3])
      #expect(try await ids([.escalated, .gathering], ["shop"], before: 6) == [5, 3, 1])
      #expect(try await ids([.escalated], ["bank"]) == [])
      #expect(try await ids(nil, []) == [])
      #expect(try await ids([], nil) == [])
      #expect(try await store.countsByState() == [.gathering: 9, .escalated: 1])
    }
  }

  @Test("A page is at most 200 long, whatever is asked for")
  func limit() async throws {
    try await TemporaryStore.opened { store, _ in
      try await fill(store, 203)
      let page = try await store.page(IncidentQuery(limit: .max))
      #expect(page.incidents.count == 200)
      #expect(page.next == 4)
      #expect(try await store.page(IncidentQuery(limit: -1)).incidents.count == 1)
    }
  }

  @Test("What waits for approval is listed whole, for the namespaces that the asker may see")
  func awaitingApproval() async throws {
    try await TemporaryStore.opened { store, _ in
      var walk = try await Walk(store, pipeline: Situation.asking)
      try await walk.gather()
      try await walk.decide()
      #expect(try await store.awaitingApproval() == [walk.incident])
      #expect(try await store.awaitingApproval(in: ["shop", "bank"]) == [walk.incident])
      #expect(try await store.awaitingApproval(in: ["bank"]) == [])
    }
  }

  @Test("The story of an incident, and of all, goes on after an entry that is known")
  func timeline() async throws {
    try await TemporaryStore.opened { store, _ in
      var walk = try await Walk(store)
      _ = try await Walk(store, Situation.opening("f2", namespace: "bank"))
      let commit = try await walk.gather()
      #expect(try await store.timeline(of: 1).map(\.sequence) == [1, 2, 3, 7])
      #expect(try await store.timeline(of: 1, after: 3) == commit.timeline)
      #expect(try await store.timeline(after: 5).map(\.sequence) == [6, 7])
      #expect(try await store.timeline(after: 0, limit: 2).map(\.sequence) == [1, 2])
    }
  }

  @Test("Liveness and the background check answer for a sound file")
  func sound() async throws {
    try await TemporaryStore.opened { store, _ in
      try await store.checkLiveness()
      #expect(try await store.integrityProblems() == [])
    }
  }

  @Test("The original document's columns are there for plain SQL")
  func originalColumns() async throws {
    try await TemporaryStore.opened { store, files in
      var walk = try await Walk(store)
      func row() throws -> Row? {
        try files.sql { db in
          try Row.fetchOne(
            db,
            sql: """
              SELECT id, timestamp, alert_name, severity, namespace, pod, description, logs, ai_analysis, confidence,
                action_taken, verified FROM incidents
              """)
        }
      }
      #expect(
        try row() == [
          "id": 1, "timestamp": "2027-01-15T08:00:00.000Z", "alert_name": "PodCrashLooping", "severity": "critical",
          "namespace": "shop", "pod": Situation.pod, "description": "\(Situation.pod) crashes again and again", "logs": nil,
          "ai_analysis": nil, "confidence": nil, "action_taken": nil, "verified": nil,
        ])
      try await walk.gather()
      try await walk.decide()
      var now = try #require(try row())
      #expect(now["logs"] == "FATAL: connect to postgres:5432: connection refused")
      #expect(now["ai_analysis"] == walk.incident.decision?.reasoning)
      #expect(now["confidence"] == 0.9)
      #expect(now["action_taken"] == nil as String?)
      try await walk.act()
      now = try #require(try row())
      #expect(now["action_taken"] == "restart_deployment")
      #expect(now["verified"] == nil as Bool?)
      try await walk.observe()
      #expect(try #require(try row())["verified"] == true)
      let types = try files.sql { db in
        try Row.fetchAll(db, sql: "PRAGMA table_info(incidents)").prefix(12).map { $0["type"] as String }
      }
      #expect(
        types == ["INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "REAL", "TEXT", "BOOLEAN"])
    }
  }

  @Test(
    "No question of the hot path scans a table",
    arguments: [
      """
      SELECT id FROM incidents WHERE live AND namespace = 'a' AND workload_name = 'b' AND workload_kind = 'c' AND id < 9
      ORDER BY id
      """,
      "SELECT id FROM incidents WHERE live AND state IN ('executing', 'verifying') AND namespace = 'a' AND id <> 9 ORDER BY id",
      "SELECT id FROM incidents WHERE verified IS NOT NULL AND namespace = 'a' AND alert_name = 'b' ORDER BY verified_at DESC",
      "SELECT id FROM incidents WHERE namespace = 'a' AND state = 'b' AND id < 9 ORDER BY id DESC",
      "SELECT id FROM incidents WHERE state = 'b' AND id < 9 ORDER BY id DESC",
      "SELECT 1 FROM alerts WHERE incident = 1 AND status = 'firing'",
      "SELECT id FROM intents WHERE due_at <= 9 ORDER BY due_at, id",
      "SELECT sequence FROM commands WHERE state = 'open' AND namespace = 'a' AND sequence > 3 ORDER BY sequence",
      """
      SELECT max(judged_at) FROM acts
      WHERE namespace = 'a' AND workload_name = 'b' AND workload_kind = 'c' AND judged_at IS NOT NULL
      """,
      "SELECT sequence FROM timeline WHERE incident = 1 AND sequence > 2 ORDER BY sequence",
    ])
  func plans(_ sql: String) async throws {
    try await TemporaryStore.opened { _, files in
      let plan = try files.sql { db in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String } }
      for step in plan {
        #expect(step.hasPrefix("SEARCH"), "\(plan)")
      }
    }
  }
}
