import Pipeline
import Testing
import Wire

extension IncidentStoreConformance {
  static let intents: [IncidentStoreConformance] = [
    .init("Intents come when they are due, oldest first, and the store says when the next will be") { store in
      var walk = try await Walk(store)
      let expiry = Situation.start + .seconds(60)
      #expect(try await store.dueIntents(at: walk.now, limit: 10).isEmpty)
      #expect(try await store.nextIntentDue(after: walk.now) == expiry)
      #expect(try await store.dueIntents(at: expiry, limit: 10).count == 1)
      #expect(try await store.nextIntentDue(after: expiry) == nil)
      try await walk.gather()
      #expect(try await store.dueIntents(at: walk.now, limit: 10).map(\.intent) == [.decide])
      #expect(try await store.dueIntents(at: expiry, limit: 1).map(\.intent) == [.decide])
    },
    .init("An intent that was begun comes back marked, and counts its attempts") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      let fresh = try #require(try await walk.pending { $0 == .decide })
      #expect((fresh.begun, fresh.attempts) == (false, 0))
      try await store.begin(fresh.id, at: walk.now)
      let begun = try #require(try await walk.pending { $0 == .decide })
      #expect((begun.id, begun.begun, begun.attempts) == (fresh.id, true, 1))
    },
    .init("An intent that is put off comes back later as not begun, and each attempt counts once") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      let id = try #require(try await walk.pending { $0 == .decide }).id
      let later = walk.now + .seconds(5)
      try await store.postpone(id, until: later, stillBegun: false)
      #expect(try await store.dueIntents(at: walk.now, limit: 10).isEmpty)
      #expect(try await store.nextIntentDue(after: walk.now) == later)
      try await store.begin(id, at: later)
      try await store.postpone(id, until: later, stillBegun: false)
      let intent = try #require(try await store.dueIntents(at: later, limit: 10).first)
      #expect((intent.begun, intent.attempts) == (false, 2))
    },
    .init("An intent that may have had its effect stays begun when it is put off; one that was never begun does not become so") {
      store in
      var walk = try await Walk(store)
      try await walk.gather()
      let id = try #require(try await walk.pending { $0 == .decide }).id
      let later = walk.now + .seconds(5)
      try await store.postpone(id, until: later, stillBegun: true)
      #expect(try await store.dueIntents(at: later, limit: 10).first?.begun == false)
      try await store.begin(id, at: later)
      try await store.postpone(id, until: later, stillBegun: true)
      let intent = try #require(try await store.dueIntents(at: later, limit: 10).first)
      #expect((intent.begun, intent.attempts) == (true, 2))
    },
    .init("A completed intent is gone, its note is in the story, and completing it again changes nothing") { store in
      var walk = try await Walk(store)
      try await walk.finish()
      let notify = try #require(try await walk.pending { if case .notify = $0 { true } else { false } })
      let note = TimelineEntry(at: walk.now, stage: .notification, summary: "Mail sent")
      let commit = try await store.complete(notify.id, noting: note)
      #expect(commit.timeline.map(\.entry) == [note])
      #expect(commit.timeline.map(\.incident) == [1])
      #expect(try await store.complete(notify.id, noting: note) == .empty)
    },
    .init("An intent that is no longer pending cannot be begun") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      let id = try #require(try await walk.pending { $0 == .decide }).id
      _ = try await store.complete(id, noting: nil)
      let error = await storeError { try await store.begin(id, at: walk.now) }
      #expect(error == .refused(.notAllowed("intent \(id) is no longer pending")))
    },
  ]

  static let commands: [IncidentStoreConformance] = [
    .init("Open commands are those of the namespace, after a sequence, until they expire") { store in
      let shop = try await Walk(store)
      _ = try await Walk(store, Situation.opening("f2", namespace: "bank"))
      _ = try await Walk(store, Situation.opening("f3", workload: WorkloadName(kind: "Deployment", name: "cart"), pods: []))
      let all = try await store.openCommands(for: "shop", after: 0, at: shop.now, limit: 10)
      #expect(all.map(\.draft.incident) == ["1", "3"])
      #expect(all.map(\.sequence) == [1, 3])
      #expect(try await store.openCommands(for: "shop", after: 1, at: shop.now, limit: 10).map(\.sequence) == [3])
      #expect(try await store.openCommands(for: "shop", after: 0, at: shop.now, limit: 1).map(\.sequence) == [1])
      let expiry = all[0].draft.notAfter
      #expect(try await store.openCommands(for: "shop", after: 0, at: expiry - .milliseconds(1), limit: 10).count == 2)
      #expect(try await store.openCommands(for: "shop", after: 0, at: expiry, limit: 10).isEmpty)
    },
    .init("An agent that has taken numbers that this database never gave out is told everything that is open") { store in
      let walk = try await Walk(store)
      _ = try await Walk(store, Situation.opening("f2", namespace: "bank"))
      #expect(try await store.openCommands(for: "shop", after: 900, at: walk.now, limit: 10).map(\.sequence) == [1])
      #expect(try await store.openCommands(for: "shop", after: 2, at: walk.now, limit: 10).isEmpty)
    },
    .init("The epoch rises each time a control plane takes over, above what was ever followed elsewhere") { store in
      let first = try await store.beginEpoch(above: 0)
      #expect(try await store.beginEpoch(above: 0) == first + 1)
      #expect(try await store.beginEpoch(above: 40) == 41)
      #expect(try await store.beginEpoch(above: 7) == 42)
    },
    .init("An epoch above which there is none is refused, and nothing changes") { store in
      let error = await storeError { try await store.beginEpoch(above: .max) }
      #expect(error?.isUnavailable == true)
      let next = try await store.beginEpoch(above: 0)
      #expect(next == 1)
    },
  ]

  private static func inFlight(
    _ walk: Walk, _ asker: Incident.ID, _ namespace: String = "shop"
  ) async throws -> Incident.ID? {
    let cart = WorkloadName(kind: "Deployment", name: "cart")
    return try await walk.store.history(of: cart, in: namespace, except: asker, at: walk.now).inFlight
  }

  static let history: [IncidentStoreConformance] = [
    .init("A workload that nothing was done to has no history") { store in
      let history = try await store.history(of: Situation.checkout, in: "shop", except: 1, at: Situation.start)
      #expect(history == WorkloadHistory())
    },
    .init("Acts count from their order, and the last verification from its end, whether it helped or not") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      try await walk.decide()
      let ordered = walk.now
      try await walk.act()
      var history = try await store.history(of: Situation.checkout, in: "shop", except: 1, at: walk.now)
      #expect(history == WorkloadHistory(actedAt: [ordered]))
      try await walk.observe(.deadline)
      history = try await store.history(of: Situation.checkout, in: "shop", except: 2, at: walk.now)
      #expect(history == WorkloadHistory(lastVerifiedAt: walk.now, actedAt: [ordered]))
      let dayLater = ordered + .seconds(86_400)
      history = try await store.history(of: Situation.checkout, in: "shop", except: 2, at: dayLater)
      #expect(history.actedAt.isEmpty)
      #expect(try await store.history(of: Situation.checkout, in: "bank", except: 2, at: walk.now) == WorkloadHistory())
    },
    .init("An act that failed or whose effect is unknown counts as judged then; one that the agent refused does not count") {
      store in
      for (index, outcome) in [CommandResult.Outcome.failed("no"), .unknown("cut off")].enumerated() {
        var walk = try await Walk(store, Situation.opening("f\(index)", namespace: "space-\(index)"))
        try await walk.gather()
        try await walk.decide()
        let ordered = walk.now
        try await walk.answer(.act, outcome)
        let history = try await store.history(of: Situation.checkout, in: walk.namespace, except: 0, at: walk.now)
        #expect(history == WorkloadHistory(lastVerifiedAt: walk.now, actedAt: [ordered]))
      }
      var walk = try await Walk(store, Situation.opening("f9"))
      try await walk.gather()
      try await walk.decide()
      try await walk.answer(.act, .refused(.init(reason: .unsupported, detail: "not this one")))
      #expect(try await store.history(of: Situation.checkout, in: "shop", except: 0, at: walk.now) == WorkloadHistory())
    },
    .init("Another incident's act is in flight for its namespace, from the order to the verification") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      #expect(try await inFlight(walk, 2) == nil)
      try await walk.decide()
      #expect(try await inFlight(walk, 2) == 1)
      #expect(try await inFlight(walk, 1) == nil)
      #expect(try await inFlight(walk, 2, "bank") == nil)
      try await walk.act()
      #expect(try await inFlight(walk, 2) == 1)
      try await walk.observe()
      #expect(try await inFlight(walk, 2) == nil)
    },
    .init("The first incident that confirmed a workload is the twin of the others, whatever their ids, and a test is nobody's") {
      store in
      _ = try await Walk(store, Situation.opening("f0", mode: .suggest))
      var older = try await Walk(store, Situation.opening("f1", workload: nil, pods: ["unknown"]))
      let first = try await Walk(store, Situation.opening("f2"))
      let id = first.incident.id
      #expect(older.incident.id < id)
      let twin = try await store.history(of: Situation.checkout, in: "shop", except: older.incident.id, at: first.now).twin
      #expect(twin == id)
      try await older.gather()
      #expect(older.incident.state == .closed)
      #expect(older.incident.mergedInto == id)
      #expect(try await store.history(of: Situation.checkout, in: "shop", except: id, at: first.now).twin == nil)
    },
    .init("The alerts of an incident that went on in another keep that one open until all are resolved") { store in
      var merged = try await Walk(store, Situation.opening("f1", workload: nil, pods: ["unknown"]))
      let survivor = try await Walk(store, Situation.opening("f2"))
      try await merged.gather()
      let own = try await store.take(
        Situation.resolved(Situation.alert("f2", status: .resolved)), through: Situation.pipeline, at: merged.now)
      #expect(own == .empty)
      let last = try await store.take(
        Situation.resolved(Situation.alert("f1", status: .resolved)), through: Situation.pipeline, at: merged.now)
      #expect(last.incidents.map(\.id) == [survivor.incident.id])
      #expect(last.incidents.map(\.state) == [.closed])
    },
    .init("A step sees what was committed before it: the twin closes when the evidence shows it") { store in
      _ = try await Walk(store, Situation.opening("f1"))
      var twin = try await Walk(store, Situation.opening("f2", workload: nil, pods: ["unknown"]))
      let commit = try await twin.gather()
      #expect(commit.incidents.map(\.state) == [.closed])
      #expect(commit.incidents.first?.conclusion == "Incident 1 is open for the same workload and goes on.")
    },
  ]
}
