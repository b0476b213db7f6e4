import Kubernetes
import Logging
import Wire

/// Carries out the steps of acts against the cluster.
struct ActRunner: Sendable {
  let client: KubernetesClient
  /// The namespace whose objects it may touch, or ``Command/clusterScope``.
  let scope: String
  /// What is switched on.
  let actions: Set<Action>
  let journal: JournalStore
  let rules: LocalRulesReader
  let running: RunningActs
  let board: ProgressBoard
  let executor: (any PodExecutor)?
  let clock: any WallClock
  let logger: Logger
  /// Of this life; nil counts every command as its own.
  var startedAt: Timestamp?

  static let fieldManager = "ai-sre-agent"

  /// - Returns: the result; `nil` when the intent stays bare for now.
  func run(_ command: Command, _ order: Order) async -> CommandResult? {
    if let refusal = unsupported(order, approvers: command.approvers) {
      let outcome: CommandResult.Outcome =
        isOld(command) ? .unknown("an earlier life of the agent may have done it; \(refusal.detail)") : .refused(refusal)
      return CommandResult(command: command.id, kind: .act, outcome: outcome, finishedAt: clock.now)
    }
    await running.begin(command.id)
    var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
    machine.mayBeOfEarlierLife = isOld(command)
    var step = machine.start()
    while true {
      if case .finish(let result) = step {
        await running.end(command.id)
        return result
      }
      step = machine.next(await perform(step, command, order), now: clock.now)
    }
  }

  /// Whether an earlier life of this agent may have had it. The control plane's clock may be ahead.
  private func isOld(_ command: Command) -> Bool {
    startedAt.map { command.notBefore <= $0 + CommandGate.clockLeeway } ?? false
  }

  func unsupported(_ order: Order, approvers: [String]) -> CommandResult.Refusal? {
    let type = ActCatalogue.meaning(of: order.action).kind
    guard actions.contains(order.action), ActCatalogue.all(scope: scope).contains(order.action),
      order.target.kind == type.kind, order.target.apiVersion == type.apiVersion,
      order.action != .execPod || executor != nil
    else {
      return CommandResult.Refusal(
        reason: .unsupported, detail: "\(order.action.rawValue) of \(order.target.apiVersion) \(order.target.kind)")
    }
    guard order.target.namespace == (scope == Command.clusterScope ? "" : scope) else {
      return CommandResult.Refusal(reason: .wrongAudience, detail: "the target is in \(order.target.namespace)")
    }
    guard max(order.risk, order.action.risk) < .high || !approvers.isEmpty else {
      return CommandResult.Refusal(reason: .unsupported, detail: "a high risk without a person's approval")
    }
    return nil
  }

  func perform(_ step: ActStep, _ command: Command, _ order: Order) async -> ActAnswer {
    switch step {
    case .readJournal: return await readJournal(command.id)
    case .readSubject:
      do {
        return .subject(
          try await SubjectReader(client: client).read(order.target, for: ActCatalogue.meaning(of: order.action)))
      } catch {
        return .subjectFailed(error)
      }
    case .readLocalRules: return .localRules(await rules.verdict(now: clock.now))
    case .rehearse(let request): return await write(request, dryRun: true)
    case .preserve(let image): return await preserve(image)
    case .writeIntent(let entry, let epoch): return await write(entry, epoch)
    case .act(.write(let request)): return await write(request, dryRun: false)
    case .act(.exec(let request)): return await execute(request)
    case .drain(let entry):
      return .drained(
        await DrainRun(client: client, rules: rules, running: running, board: board, clock: clock).run(entry))
    case .wait(let duration):
      try? await clock.sleep(until: clock.now + duration, tolerance: nil)
      return .waited
    case .writeResult(let result):
      // Should this fail, the intent stays bare and the cluster itself proves the act.
      do {
        _ = try await journal.update { $0.finish(command.id, with: result) }
      } catch {
        logger.warning("the result of an act is not in the journal", metadata: ["command": "\(command.id)", "error": "\(error)"])
      }
      return .resultWritten
    case .finish: return .resultWritten
    }
  }
}

extension ActRunner {
  private func readJournal(_ command: String) async -> ActAnswer {
    do {
      let state = try await journal.read()
      return .journal(state.entry(command), epoch: state.epoch)
    } catch {
      return .journalFailed(error)
    }
  }

  private func write(_ entry: JournalEntry, _ epoch: Int64) async -> ActAnswer {
    do {
      _ = try await journal.update { (state) throws(JournalFailure) in
        guard state.begin(entry) else { throw .full }
        state.raiseEpoch(to: epoch)
      }
      return .intentWritten
    } catch {
      return .journalFailed(error)
    }
  }

  private func write(_ request: WriteRequest, dryRun: Bool) async -> ActAnswer {
    do {
      let answer = try await client.write(request, options: WriteOptions(fieldManager: Self.fieldManager, dryRun: dryRun))
      guard !dryRun else { return .rehearsed }
      return .acted(generation: answer[JSONPointer("metadata", "generation")]?.integerValue)
    } catch {
      return .writeFailed(error)
    }
  }

  /// One that is there already is of an earlier attempt at the same command.
  private func preserve(_ image: PreImage) async -> ActAnswer {
    do {
      _ = try await client.createConfigMap(
        named: image.name, namespace: journal.namespace, labels: JournalStore.labels, data: [PreImage.key: image.manifest],
        options: WriteOptions(fieldManager: Self.fieldManager))
      return .preserved
    } catch .alreadyExists {
      return .preserved
    } catch {
      return .writeFailed(error)
    }
  }

  private func execute(_ request: ExecRequest) async -> ActAnswer {
    guard let executor else { return .execFailed(.notStarted("commands are switched off")) }
    do {
      return .executed(try await executor.run(request))
    } catch {
      return .execFailed(error)
    }
  }
}

/// Runs commands in containers.
protocol PodExecutor: Sendable {
  func run(_ request: ExecRequest) async throws(ExecFailure) -> ExecOutput
}
