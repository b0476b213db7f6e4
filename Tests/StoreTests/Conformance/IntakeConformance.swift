import Pipeline
import Testing
import Wire

extension IncidentStoreConformance {
  private static func take(_ store: any IncidentStore, _ openings: Opening...) async throws -> Commit {
    try await store.take(AlertDelivery(firing: openings, resolved: []), through: Situation.pipeline, at: Situation.start)
  }

  static let intake: [IncidentStoreConformance] = [
    .init("A firing alert opens an incident and asks for evidence") { store in
      let commit = try await take(store, Situation.opening())
      let incident = try #require(commit.incidents.first)
      #expect(commit.incidents.count == 1)
      #expect(incident.id == 1)
      #expect(incident.state == .gathering)
      #expect(incident.nonce.count == 8)
      #expect(commit.commands.map(\.draft.id) == ["1-\(incident.nonce)-1-gather"])
      #expect(commit.timeline.map(\.sequence) == [1, 2, 3])
      #expect(commit.hasIntents)
      #expect(try await store.incident(1) == incident)
    },
    .init("The same alert posted again, by the other half of a pair or by repeat_interval, changes nothing") { store in
      _ = try await take(store, Situation.opening())
      #expect(try await take(store, Situation.opening()) == .empty)
      #expect(try await take(store, Situation.opening("f1", pods: ["another-pod"])) == .empty)
      #expect(try await store.incident(2) == nil)
    },
    .init("An alert twice in one delivery counts once") { store in
      let commit = try await take(store, Situation.opening(), Situation.opening())
      #expect(commit.incidents.count == 1)
      #expect(commit.commands.count == 1)
    },
    .init("The same labels firing anew after a while are another alert") { store in
      _ = try await take(store, Situation.opening())
      let commit = try await take(store, Situation.opening(startsAt: Situation.start))
      #expect(commit.timeline.map(\.entry.summary) == ["PodCrashLooping on shop/checkout joined"])
    },
    .init("Another alert for the same workload joins, and a delivery tells of its incident once") { store in
      let commit = try await take(
        store, Situation.opening(), Situation.opening("f2", name: "HighErrorRate", pods: ["checkout-2"]))
      #expect(commit.incidents.count == 1)
      #expect(commit.incidents.first?.subject.pods == [Situation.pod, "checkout-2"])
      #expect(try await store.incident(1)?.subject.pods == [Situation.pod, "checkout-2"])
    },
    .init("A fingerprint that changed with its exporter still finds the incident by pod") { store in
      _ = try await take(store, Situation.opening("f1", workload: nil))
      let commit = try await take(store, Situation.opening("f2", workload: nil))
      #expect(commit.incidents.map(\.id) == [1])
      #expect(commit.commands.isEmpty)
    },
    .init("Alerts for different workloads, namespaces or unknown pods open incidents of their own") { store in
      let commit = try await take(
        store, Situation.opening("f1"), Situation.opening("f2", namespace: "bank"),
        Situation.opening("f3", workload: WorkloadName(kind: "Deployment", name: "cart"), pods: ["cart-1"]),
        Situation.opening("f4", workload: WorkloadName(kind: "StatefulSet", name: "checkout"), pods: ["checkout-0"]),
        Situation.opening("f5", workload: nil, pods: ["lost-1"]))
      #expect(commit.incidents.map(\.id) == [1, 2, 3, 4, 5])
    },
    .init("A test never joins an incident, is never joined, and does not hide the real alert") { store in
      let commit = try await take(
        store, Situation.opening("f1", mode: .suggest), Situation.opening("f1"), Situation.opening("f2", mode: .suggest))
      #expect(commit.incidents.map(\.mode) == [.suggest, .normal, .suggest])
    },
    .init("A workload whose incident has ended gets a new one") { store in
      var walk = try await Walk(store)
      try await walk.finish()
      let commit = try await take(store, Situation.opening("f2"))
      #expect(commit.incidents.map(\.id) == [2])
    },
    .init("An incident whose workload the evidence confirmed is found by it") { store in
      var walk = try await Walk(store, Situation.opening(workload: nil))
      try await walk.gather()
      let commit = try await take(store, Situation.opening("f2", name: "HighErrorRate", pods: []))
      #expect(commit.incidents.map(\.id) == [1])
    },
  ]

  static let resolution: [IncidentStoreConformance] = [
    .init("When all alerts of an incident are resolved before anything was done, it closes") { store in
      _ = try await take(store, Situation.opening("f1"), Situation.opening("f2"))
      let first = try await store.take(
        Situation.resolved(Situation.alert("f1", status: .resolved)), through: Situation.pipeline, at: Situation.start)
      #expect(first == .empty)
      let second = try await store.take(
        Situation.resolved(Situation.alert("f2", status: .resolved)), through: Situation.pipeline, at: Situation.start)
      #expect(second.incidents.map(\.state) == [.closed])
    },
    .init("A resolved alert that is unknown, or was resolved before, changes nothing") { store in
      let delivery = Situation.resolved(Situation.alert("f1", status: .resolved))
      #expect(try await store.take(delivery, through: Situation.pipeline, at: Situation.start) == .empty)
      _ = try await take(store, Situation.opening("f1"))
      _ = try await store.take(delivery, through: Situation.pipeline, at: Situation.start)
      #expect(try await store.take(delivery, through: Situation.pipeline, at: Situation.start) == .empty)
    },
    .init("An alert that resolves while the act is under way is noted") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      try await walk.decide()
      let commit = try await store.take(
        Situation.resolved(Situation.alert("f1", status: .resolved)), through: Situation.pipeline, at: walk.now)
      #expect(commit.incidents.map(\.state) == [.executing])
      #expect(commit.incidents.first?.alertResolvedAt == walk.now)
    },
  ]
}
