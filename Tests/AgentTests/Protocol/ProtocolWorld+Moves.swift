import HTTP
import Kubernetes
import Testing
import Wire

@testable import AgentCore

/// Everything that may happen next.
extension ProtocolWorld {
  var moves: [(name: String, world: ProtocolWorld)] {
    choices.map { choice in
      var next = self
      choice.move(&next)
      return (choice.name, next)
    }
  }

  var choices: [(name: String, move: (inout ProtocolWorld) -> Void)] {
    var moves: [(String, (inout ProtocolWorld) -> Void)] = []
    func may(_ name: String, if possible: Bool = true, _ move: @escaping (inout ProtocolWorld) -> Void) {
      guard possible, violation == nil else { return }
      moves.append((name, move))
    }
    let isActing = if case .act? = step { true } else { false }
    // A request that is on its way to the API server is there within the tick, or not at all.
    may("two minutes pass", if: tick < Self.lastTick && !isActing) { world in
      world.tick += 1
      world.flying = nil
    }
    may("the team stops its agent", if: !isRevoked && !isActing && flying == nil) { world in
      world.isRevoked = true
      world.cluster.rules = .refused(.killSwitch, "stop")
    }
    may("the second control plane begins", if: epochs[1] == 0) { world in
      world.epochs[1] = world.setting.isRestored ? 1 + world.followed : world.epochs[0] + 1
    }
    may("the agent says hello", if: greeted < boot) { $0.greeted = $0.boot }
    for plane in 0..<2 where epochs[plane] > 0 { controlPlane(plane, may) }
    agent(isActing, may)
    return moves
  }

  private func controlPlane(_ plane: Int, _ may: (String, Bool, @escaping (inout ProtocolWorld) -> Void) -> Void) {
    // On one database, whoever was replaced reads and writes nothing more.
    let isFenced = !setting.isRestored && epochs[plane] < epochs.max() ?? 0
    let outbox = setting.isRestored ? plane : 0
    let sent = Sent(epoch: epochs[plane], boot: greeted)
    may(
      "control plane \(plane) delivers",
      !isFenced && outboxes[outbox] == .open && now < Self.notAfter && !envelopes.contains(sent)
    ) {
      $0.envelopes.insert(sent)
    }
    // Hearing of a result only ends deliveries: that it may come late is the harder case.
    for result in results where !isFenced && outboxes[outbox] == .open && tick == Self.lastTick {
      may("control plane \(plane) hears \(result)", true) { $0.outboxes[outbox] = .answered(result) }
    }
    may("control plane \(plane) gives up", !isFenced && outboxes[outbox] == .open && tick == Self.lastTick) {
      $0.outboxes[outbox] = .unanswered
    }
  }

  private func agent(_ isActing: Bool, _ may: (String, Bool, @escaping (inout ProtocolWorld) -> Void) -> Void) {
    for sent in envelopes where machine == nil { may("the agent receives \(sent)", true) { $0.receive(sent) } }
    may("the agent goes on", machine != nil) { $0.goOn() }
    if isActing {
      may("the request is carried out, its answer lost", true) { $0.goOn(.carriedOut) }
      may("the request is lost", true) { $0.goOn(.lost) }
      may("the request stays on its way", flying == nil) { $0.goOn(.onItsWay) }
    }
    may("the request on its way arrives", flying != nil) { $0.arrive() }
    may("the agent looks at its journal", machine == nil && hasNewsInJournal) { $0.settle() }
    may("the agent dies", boot < setting.restarts) { $0.die() }
    may("the agent dies after its step", boot < setting.restarts && machine != nil) { world in
      world.performAndForget()
      world.die()
    }
  }
}

extension ProtocolWorld {
  enum Fate { case answered, carriedOut, lost, onItsWay }

  private mutating func receive(_ sent: Sent) {
    let command = Self.command(sent)
    do {
      let envelope = try #require(Self.signed[sent])
      if setting.mutation == .timeIgnored {
        _ = try? gate.admit(envelope, now: now)
        guard sent.boot == boot else { return }
      } else {
        _ = try gate.admit(envelope, now: now)
      }
    } catch let refusal as EnvelopeRefusal {
      if let command = refusal.command { answer(toRefused: command, refusal) }
      return
    } catch {
      violation = "\(error)"
      return
    }
    var started = ActMachine(command, Self.act.order, ActCatalogue.meaning(of: Self.act.order.action))
    step = started.start()
    machine = started
    read()
    followed = max(followed, sent.epoch)
  }

  private mutating func answer(toRefused command: Command, _ refusal: EnvelopeRefusal) {
    let refusal = CommandResult.Refusal(reason: refusal.reason, detail: refusal.detail)
    if setting.mutation == .refusalsBlind {
      results.insert("refused")
    } else if let result = cluster.journal.answer(toRefused: command, refusal, at: now) {
      results.insert(result.kindOfOutcome)
    } else {
      settle()
    }
  }

  private mutating func goOn(_ fate: Fate = .answered, reading: Bool = false) {
    guard var machine, let step else { return }
    if case .finish(let result) = step {
      if let result { results.insert(result.kindOfOutcome) }
      (self.machine, self.step) = (nil, nil)
      return
    }
    let answer = perform(step, machine.command, fate)
    let time = setting.mutation == .timeIgnored ? Self.start : now
    self.step = machine.next(answer, now: time)
    self.machine = machine
    if !reading { read() }
  }

  private var hasNewsInJournal: Bool {
    let told = cluster.journal.unacknowledged.allSatisfy { results.contains($0.kindOfOutcome) }
    return gate.epoch < cluster.journal.epoch || !told || !cluster.journal.bareIntents.isEmpty
  }

  /// Steps that only read take no time of their own: what comes between two of them might as well come before.
  private mutating func read() {
    while let step, machine != nil {
      switch step {
      case .readJournal, .readSubject, .readLocalRules, .rehearse, .wait: goOn(reading: true)
      default: return
      }
    }
  }

  private mutating func performAndForget() {
    guard let machine, let step else { return }
    _ = perform(step, machine.command, .answered)
  }

  private mutating func perform(_ step: ActStep, _ command: Command, _ fate: Fate) -> ActAnswer {
    switch (step, fate) {
    case (.act, .lost): return .writeFailed(Self.cut)
    case (.act(.write(let request)), .onItsWay):
      flying = request
      return .writeFailed(Self.cut)
    case (.readJournal, _) where setting.mutation == .journalIgnored: return .journal(nil, epoch: 0)
    case (.readLocalRules, _) where setting.mutation == .rulesIgnored: return .localRules(.allowed)
    case (.act, _):
      let before = cluster.effects
      if fate == .carriedOut { cluster.lostAnswers = 1 }
      let answer = cluster.perform(step, command, Self.act.order)
      cluster.lostAnswers = 0
      if cluster.effects > before { judge(command) }
      return answer
    default: return cluster.perform(step, command, Self.act.order)
    }
  }

  private static let cut = KubernetesError.transport(.transfer(code: 52, message: "cut"))

  private mutating func arrive() {
    guard let request = flying else { return }
    flying = nil
    let before = cluster.effects
    _ = cluster.perform(.act(.write(request)), Self.anyCommand, Self.act.order)
    if cluster.effects > before { judge(nil) }
  }

  private mutating func settle() {
    gate.raiseEpoch(to: cluster.journal.epoch)
    for result in cluster.journal.unacknowledged { results.insert(result.kindOfOutcome) }
    for entry in cluster.journal.bareIntents {
      guard let outcome = IntentSettlement.outcome(of: entry, in: cluster.subject(Self.act.order), now: now) else { continue }
      let result = CommandResult(command: entry.command, kind: .act, outcome: outcome, finishedAt: now)
      cluster.journal.finish(entry.command, with: result)
      results.insert(result.kindOfOutcome)
    }
  }

  private mutating func die() {
    boot += 1
    (machine, step) = (nil, nil)
    gate = Self.gates[boot]
  }

  /// - Parameter command: nil for a request of before.
  private mutating func judge(_ command: Command?) {
    if cluster.effects > 1 { violation = "a second effect" }
    if isRevoked { violation = "an effect after the team stopped its agent" }
    if now >= Self.notAfter { violation = "an effect after the command's time" }
    if let command, command.epoch < followed { violation = "an effect of epoch \(command.epoch), \(followed) was followed" }
  }
}

extension ProtocolWorld {
  /// What must hold at every moment.
  var objection: String? {
    if let violation { return violation }
    let denial = results.first { ["failed", "refused"].contains($0) }
    guard let denial, cluster.effects > 0 else { return nil }
    return "it was told as without effect (\(denial)), and has one"
  }

  /// Whether every control plane that is in force knows how the command ended, or told a person that nobody knows.
  var isEnded: Bool { setting.isRestored && epochs[1] > 0 ? !outboxes.contains(.open) : outboxes[0] != .open }
}

extension CommandResult {
  fileprivate var kindOfOutcome: String {
    switch outcome {
    case .acted: "acted"
    case .refused: "refused"
    case .failed: "failed"
    case .unknown: "unknown"
    case .evidence, .observed, .stopped: "other"
    }
  }
}
