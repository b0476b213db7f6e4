import Pipeline
import Testing
import Wire

extension IncidentStoreConformance {
  private static func signal(
    _ kind: Signal.Kind = .crashLoopBackOff, workload: WorkloadName? = Situation.checkout, pod: String? = Situation.pod,
    since: Timestamp = Situation.start
  ) -> Signal {
    Signal(kind: kind, pod: pod, workload: workload, since: since, message: "back-off")
  }

  private static func report(
    _ store: any IncidentStore, _ signals: [Signal], revision: Int64 = 1, boot: String = "b", omitted: Int = 0,
    namespace: String = "shop", at now: Timestamp = Situation.start
  ) async throws -> Commit {
    let report = SignalReport(boot: boot, revision: revision, signals: signals, omitted: omitted)
    return try await store.take(SignalDelivery(report, from: namespace), through: Situation.pipeline, at: now)
  }

  private static func alert(_ store: any IncidentStore, _ openings: Opening..., at now: Timestamp = Situation.start) async throws
    -> Commit
  {
    try await store.take(AlertDelivery(firing: openings, resolved: []), through: Situation.pipeline, at: now)
  }

  /// Nobody answers for evidence: a person is told.
  private static func escalate(_ store: any IncidentStore, _ incident: Incident) async throws {
    let command = try #require(incident.openCommand)
    let commit = try await store.apply(
      .unanswered(command: command), to: incident.id, completing: nil, through: Situation.pipeline, at: Situation.start)
    #expect(commit.incidents.first?.state == .escalated)
  }

  static let signals: [IncidentStoreConformance] = [
    .init("A signal opens an incident, and sent again by the same or another boot it changes nothing") { store in
      let commit = try await report(store, [signal()])
      #expect(commit.incidents.map(\.alertName) == ["PodCrashLoopBackOff"])
      #expect(commit.incidents.first?.subject.workload == Situation.checkout)
      #expect(commit.commands.count == 1)
      #expect(try await report(store, [signal()]) == .empty)
      #expect(try await report(store, [signal()], revision: 2) == .empty)
      #expect(try await report(store, [signal()], boot: "another") == .empty)
      let later = signal(since: Situation.start + .seconds(9))
      #expect(try await report(store, [later], boot: "a third, which does not know when it began") == .empty)
    },
    .init("Signals of several kinds about one workload are one incident; those of others have their own") { store in
      let cart = WorkloadName(kind: "Deployment", name: "cart")
      let commit = try await report(
        store, [signal(), signal(.oomKilled), signal(workload: cart, pod: "cart-1"), signal(workload: nil, pod: "lonely")])
      #expect(commit.incidents.map(\.subject.workload) == [Situation.checkout, cart, nil])
    },
    .init("A signal that is gone resolves, and the incident closes when nothing was done") { store in
      _ = try await report(store, [signal(), signal(.oomKilled)])
      #expect(try await report(store, [signal()], revision: 2) == .empty)
      let commit = try await report(store, [], revision: 3)
      #expect(commit.incidents.map(\.state) == [.closed])
    },
    .init("A report that does not list all, an older one, or another namespace's resolves nothing") { store in
      _ = try await report(store, [signal()], revision: 5)
      #expect(try await report(store, [], revision: 4) == .empty)
      #expect(try await report(store, [], revision: 5) == .empty)
      #expect(try await report(store, [], revision: 6, omitted: 3) == .empty)
      #expect(try await report(store, [], revision: 7, namespace: "bank") == .empty)
      #expect(try await report(store, [], revision: 7).incidents.map(\.state) == [.closed])
    },
    .init("A signal that comes back after its incident closed opens another") { store in
      _ = try await report(store, [signal()])
      _ = try await report(store, [], revision: 2)
      #expect(try await report(store, [signal()], revision: 3).incidents.map(\.id) == [2])
    },
    .init("A later alert of Alertmanager joins the signal's incident, and the reverse; it closes when both are over") { store in
      _ = try await report(store, [signal()])
      let joined = try await alert(store, Situation.opening())
      #expect(joined.incidents.map(\.id) == [1])
      #expect(joined.commands.isEmpty)
      #expect(try await report(store, [], revision: 2) == .empty, "Alertmanager still says so")
      let resolved = Situation.resolved(Situation.alert("f1", status: .resolved))
      let end = try await store.take(resolved, through: Situation.pipeline, at: Situation.start)
      #expect(end.incidents.map(\.state) == [.closed])

      _ = try await alert(store, Situation.opening("f2", namespace: "bank"))
      let reverse = try await report(store, [signal()], namespace: "bank")
      #expect(reverse.incidents.map(\.id) == [2])
      #expect(reverse.commands.isEmpty)
    },
    .init("Of a workload that was left to a person nobody is told again because its signal comes and goes, for an hour") {
      store in
      let opened = try await report(store, [signal()])
      try await escalate(store, try #require(opened.incidents.first))
      _ = try await report(store, [], revision: 2)
      func again(_ revision: Int64, after seconds: Int) async throws -> Commit {
        let now = Situation.start + .seconds(seconds)
        _ = try await report(store, [], revision: revision - 1, at: now)
        return try await report(store, [signal(since: now)], revision: revision, at: now)
      }
      let early = try await again(4, after: 300)
      #expect(early.incidents.map(\.id) == [1] && early.incidents.map(\.state) == [.escalated])
      #expect(early.timeline.map(\.entry.summary) == ["PodCrashLoopBackOff on shop/checkout joined"])
      #expect(!early.hasIntents)
      #expect(try await again(6, after: 3500).incidents.map(\.id) == [1])
      #expect(try await again(8, after: 3700).incidents.map(\.id) == [2])
    },
    .init("Nor of a pod without a workload") { store in
      let opened = try await report(store, [signal(workload: nil, pod: "lonely")])
      try await escalate(store, try #require(opened.incidents.first))
      _ = try await report(store, [], revision: 2)
      let now = Situation.start + .seconds(60)
      let again = try await report(store, [signal(workload: nil, pod: "lonely", since: now)], revision: 3, at: now)
      #expect(again.incidents.map(\.id) == [1] && !again.hasIntents)
    },
    .init("Alertmanager's word on what a signal told of minutes ago is the same trouble; another alert of its own is not") {
      store in
      let opened = try await report(store, [signal()])
      try await escalate(store, try #require(opened.incidents.first))
      let soon = Situation.start + .seconds(120)
      #expect(try await alert(store, Situation.opening(), at: soon).incidents.map(\.id) == [1])
      let late = Situation.start + .seconds(901)
      let second = try await alert(store, Situation.opening("f2"), at: late)
      #expect(second.incidents.map(\.id) == [2])
      try await escalate(store, try #require(second.incidents.first))
      #expect(try await alert(store, Situation.opening("f3"), at: late).incidents.map(\.id) == [3])
    },
  ]

  static let progress: [IncidentStoreConformance] = [
    .init("Progress of the act under way is told, not too often, and only by its own agent") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      try await walk.decide()
      let command = try #require(walk.incident.actCommand)
      func progress(_ done: Int, after seconds: Int, from namespace: String = "shop") async throws -> [String] {
        let now = walk.now + .seconds(seconds)
        let word = ActProgress(command: command, done: done, total: 9, detail: "", at: now)
        return try await store.note(word, from: namespace, through: Situation.pipeline, at: now).timeline.map(\.entry.summary)
      }
      #expect(try await progress(1, after: 0, from: "bank") == [])
      #expect(try await progress(1, after: 0) == ["1 of 9"])
      #expect(try await progress(2, after: 9) == [])
      #expect(try await progress(3, after: 10) == ["3 of 9"])
      #expect(try await progress(9, after: 11) == ["9 of 9"], "the last word is never lost")
      try await walk.act()
      #expect(try await progress(4, after: 60) == [])
    },
    .init("An act says a hundred lines at most, and its last") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      try await walk.decide()
      let command = try #require(walk.incident.actCommand)
      var lines = 0
      for index in 1...ProgressLimits.lines + 20 {
        let now = walk.now + .seconds(10 * index)
        let word = ActProgress(command: command, done: 1, total: 9, detail: "", at: now)
        lines += try await store.note(word, from: "shop", through: Situation.pipeline, at: now).timeline.count
      }
      #expect(lines == ProgressLimits.lines)
      let last = ActProgress(command: command, done: 9, total: 9, detail: "", at: walk.now)
      #expect(
        try await store.note(last, from: "shop", through: Situation.pipeline, at: walk.now + .seconds(9000)).timeline.count == 1)
    },
  ]
}
