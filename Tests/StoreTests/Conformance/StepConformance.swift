import Pipeline
import Testing
import Wire

extension IncidentStoreConformance {
  static let walk: [IncidentStoreConformance] = [
    .init("A whole run: opened, evidence, decided, executed, verified, with its work at every step") { store in
      var walk = try await Walk(store)
      #expect(try await open(walk) == [.gather])
      #expect(try await work(walk) == ["expire"])

      try await walk.gather()
      #expect(walk.incident.state == .deciding)
      #expect(try await open(walk) == [])
      #expect(try await work(walk) == ["decide", "expire"])

      try await walk.decide()
      #expect(walk.incident.state == .executing)
      #expect(try await open(walk) == [.act])
      #expect(try await work(walk) == ["expire", "expire"])

      try await walk.act()
      #expect(walk.incident.state == .verifying)
      #expect(try await open(walk) == [.observe])

      try await walk.observe()
      #expect(walk.incident.state == .resolved)
      #expect(try await open(walk) == [])
      #expect(try await work(walk) == ["notify", "remember", "expire", "expire", "expire"])
      #expect(try await store.incident(walk.incident.id) == walk.incident)
    },
    .init("An event for an incident that moved on changes nothing and completes its intent") { store in
      let walk = try await Walk(store)
      let expiry = try #require(try await walk.pending { if case .expire = $0 { true } else { false } })
      let commit = try await store.apply(
        .waitOver, to: 1, completing: expiry.id, through: Situation.pipeline, at: walk.now)
      #expect(commit == .empty)
      #expect(try await work(walk) == [])
      #expect(try await store.incident(1) == walk.incident)
    },
    .init("An intent that was completed before a crash is not applied again") { store in
      var walk = try await Walk(store)
      try await walk.gather()
      let decide = try #require(try await walk.pending { $0 == .decide })
      let evidence = try #require(walk.incident.evidence)
      let event = IncidentEvent.decided(Situation.deliberation(evidence, at: walk.now))
      let first = try await store.apply(event, to: 1, completing: decide.id, through: Situation.pipeline, at: walk.now)
      #expect(first.commands.count == 1)
      let again = try await store.apply(event, to: 1, completing: decide.id, through: Situation.pipeline, at: walk.now)
      #expect(again == .empty)
    },
    .init("An event for an incident that is not there is not found") { store in
      let error = await storeError {
        try await store.apply(.waitOver, to: 7, completing: nil, through: Situation.pipeline, at: Situation.start)
      }
      #expect(error == .notFound(incident: 7))
    },
    .init("A refused event says why and changes nothing") { store in
      let walk = try await Walk(store)
      let error = await storeError {
        try await store.apply(
          .approved(by: "ann", orderDigest: "x"), to: 1, completing: nil, through: Situation.pipeline, at: walk.now)
      }
      #expect(error == .refused(.notAwaitingApproval(state: .gathering)))
      #expect(try await store.incident(1) == walk.incident)
    },
    .init("A proposal waits for a person, whose approval sends the order that was shown") { store in
      var walk = try await Walk(store, pipeline: Situation.asking)
      try await walk.gather()
      try await walk.decide()
      let approval = try #require(walk.incident.approval)
      #expect(try await open(walk) == [])
      let commit = try await store.apply(
        .approved(by: "ann", orderDigest: approval.order.digest), to: 1, completing: nil, through: Situation.asking, at: walk.now)
      #expect(commit.incidents.map(\.state) == [.executing])
      #expect(commit.commands.map(\.draft.task) == [.act(approval.order)])
      #expect(commit.commands.map(\.draft.approvers) == [["ann"]])
    },
  ]

  private static func open(_ walk: Walk) async throws -> [Command.Kind] {
    try await walk.store.openCommands(for: walk.namespace, after: 0, at: walk.now, limit: 100).map { command in
      switch command.draft.task {
      case .gather: .gather
      case .act: .act
      case .observe: .observe
      case .stop: .stop
      }
    }
  }

  private static func work(_ walk: Walk) async throws -> [String] {
    try await walk.store.dueIntents(at: walk.now + .seconds(86_400), limit: 100).map { pending in
      switch pending.intent {
      case .dispatch: "dispatch"
      case .expire: "expire"
      case .decide: "decide"
      case .notify: "notify"
      case .expireApproval: "expireApproval"
      case .remember: "remember"
      case .lookAgain: "lookAgain"
      }
    }.sorted { ($0 == "expire" ? 1 : 0, $0) < ($1 == "expire" ? 1 : 0, $1) }
  }

  static let results: [IncidentStoreConformance] = [
    .init("The first result of a command counts, later ones change nothing") { store in
      var walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      try await walk.gather()
      let late = CommandResult(command: command, kind: .gather, outcome: .failed("late"), finishedAt: walk.now)
      #expect(try await store.record(late, from: "shop", through: Situation.pipeline, at: walk.now) == .empty)
      #expect(try await store.incident(1) == walk.incident)
    },
    .init("A result for an unknown command, or from another namespace's agent, changes nothing") { store in
      let walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      for (id, namespace) in [("9-feedbeef-1-gather", "shop"), (command, "bank")] {
        let result = CommandResult(command: id, kind: .gather, outcome: .failed("no"), finishedAt: walk.now)
        #expect(try await store.record(result, from: namespace, through: Situation.pipeline, at: walk.now) == .empty)
      }
      #expect(try await store.incident(1) == walk.incident)
      #expect(try await store.openCommands(for: "shop", after: 0, at: walk.now, limit: 10).count == 1)
    },
    .init("A result for an incident that moved on is kept and changes nothing") { store in
      let walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      let closed = try await store.take(
        Situation.resolved(Situation.alert(status: .resolved)), through: Situation.pipeline, at: walk.now)
      let result = CommandResult(command: command, kind: .gather, outcome: .evidence(walk.evidence), finishedAt: walk.now)
      #expect(try await store.record(result, from: "shop", through: Situation.pipeline, at: walk.now) == .empty)
      #expect(try await store.incident(1) == closed.incidents.first)
      #expect(try await store.openCommands(for: "shop", after: 0, at: walk.now, limit: 10).isEmpty)
    },
    .init("A command that was answered does not expire, and the expiry is complete") { store in
      var walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      let expiry = try #require(try await walk.pending { if case .expire = $0 { true } else { false } })
      try await walk.gather()
      let commit = try await store.apply(
        .unanswered(command: command), to: 1, completing: expiry.id, through: Situation.pipeline, at: walk.now)
      #expect(commit == .empty)
      #expect(try await store.incident(1) == walk.incident)
      #expect(try await walk.pending { if case .expire = $0 { true } else { false } } == nil)
    },
    .init("A command without an answer expires, leaves the outbox, and a late result changes nothing") { store in
      let walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      let commit = try await store.apply(
        .unanswered(command: command), to: 1, completing: nil, through: Situation.pipeline, at: walk.now)
      #expect(commit.incidents.map(\.state) == [.escalated])
      #expect(try await store.openCommands(for: "shop", after: 0, at: walk.now, limit: 10).isEmpty)
      let late = CommandResult(command: command, kind: .gather, outcome: .evidence(walk.evidence), finishedAt: walk.now)
      #expect(try await store.record(late, from: "shop", through: Situation.pipeline, at: walk.now) == .empty)
    },
  ]
}
