import Kubernetes
import Logging
import Wire

/// Carries out the steps of acts against the cluster.
struct ActRunner: Sendable {
  let client: KubernetesClient
  let namespace: String
  let journal: JournalStore
  let rules: LocalRulesReader
  let clock: any WallClock
  let logger: Logger

  /// Actions that this version can take.
  static let actions: [Action] = [.restartDeployment]

  /// - Returns: the result; `nil` when the intent stays bare for now.
  func run(_ command: Command, _ order: Order) async -> CommandResult? {
    if let refusal = Self.unsupported(order, approvers: command.approvers, namespace: namespace) {
      let outcome = CommandResult.Outcome.refused(refusal)
      return CommandResult(command: command.id, kind: .act, outcome: outcome, finishedAt: clock.now)
    }
    var machine = ActMachine(command, order)
    var step = machine.start()
    while true {
      if case .finish(let result) = step { return result }
      step = machine.next(await perform(step, command.id, order.target), now: clock.now)
    }
  }

  static func unsupported(_ order: Order, approvers: [String], namespace: String) -> CommandResult.Refusal? {
    let type = Deployment.type
    guard actions.contains(order.action), order.target.kind == type.kind, order.target.apiVersion == type.apiVersion else {
      return CommandResult.Refusal(
        reason: .unsupported, detail: "\(order.action.rawValue) of \(order.target.apiVersion) \(order.target.kind)")
    }
    guard order.target.namespace == namespace else {
      return CommandResult.Refusal(reason: .wrongAudience, detail: "the target is in \(order.target.namespace)")
    }
    guard max(order.risk, order.action.risk) < .high || !approvers.isEmpty else {
      return CommandResult.Refusal(reason: .unsupported, detail: "a high risk without a person's approval")
    }
    return nil
  }

  func perform(_ step: ActStep, _ command: String, _ target: Target) async -> ActAnswer {
    switch step {
    case .readJournal:
      do {
        let state = try await journal.read()
        return .journal(state.entry(command), epoch: state.epoch)
      } catch {
        return .journalFailed(error)
      }
    case .readTarget:
      do {
        return .target(try await client.get(named: target.name, namespace: namespace))
      } catch {
        return .targetFailed(error)
      }
    case .readLocalRules: return .localRules(await rules.verdict(now: clock.now))
    case .writeIntent(let entry, let epoch): return await write(entry, epoch)
    case .patch(let operations): return await patch(operations, target)
    case .wait(let duration):
      try? await clock.sleep(until: clock.now + duration, tolerance: nil)
      return .waited
    case .writeResult(let result):
      // Should this fail, the intent stays bare and the object itself proves the act.
      do {
        _ = try await journal.update { $0.finish(command, with: result) }
      } catch {
        logger.warning("the result of an act is not in the journal", metadata: ["command": "\(command)", "error": "\(error)"])
      }
      return .resultWritten
    case .finish: return .resultWritten
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

  private func patch(_ operations: [JSONPatchOperation], _ target: Target) async -> ActAnswer {
    do {
      return .patched(
        try await client.patch(
          named: target.name, namespace: namespace, operations, options: WriteOptions(fieldManager: "ai-sre-agent")))
    } catch {
      return .patchFailed(error)
    }
  }
}
