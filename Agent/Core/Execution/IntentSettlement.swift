import Kubernetes
import Logging
import Wire

/// Looks at the intents that an interrupted act left bare and closes those whose outcome the object shows. One that was not
/// carried out and still has time stays bare: only a signed command, delivered again, may act on it.
struct IntentSettlement: Sendable {
  let client: KubernetesClient
  let namespace: String
  let journal: JournalStore
  let clock: any WallClock
  let logger: Logger

  /// - Returns: the results of what was closed.
  func settle(_ entries: [JournalEntry]) async -> [CommandResult] {
    var results: [CommandResult] = []
    for entry in entries where entry.result == nil {
      guard let outcome = await outcome(of: entry) else { continue }
      let result = CommandResult(command: entry.command, kind: .act, outcome: outcome, finishedAt: clock.now)
      do {
        let state = try await journal.update { $0.finish(entry.command, with: result) }
        if let kept = state.entry(entry.command)?.result { results.append(kept) }
      } catch {
        logger.warning("an open act could not be closed", metadata: ["command": "\(entry.command)", "error": "\(error)"])
      }
    }
    return results
  }

  private func outcome(of entry: JournalEntry) async -> CommandResult.Outcome? {
    let deployment: Deployment
    do {
      deployment = try await client.get(named: entry.target.name, namespace: namespace)
    } catch .notFound {
      return .unknown("the agent was interrupted, and the workload is gone")
    } catch {
      return nil
    }
    return Self.outcome(of: entry, on: deployment, now: clock.now)
  }

  /// `nil` while the command may still be delivered again.
  static func outcome(of entry: JournalEntry, on deployment: Deployment, now: Timestamp) -> CommandResult.Outcome? {
    guard deployment.metadata.uid == entry.target.uid else {
      return .unknown("the agent was interrupted, and another object has the workload's name now")
    }
    switch DeploymentRestart.trace(of: entry, on: deployment) {
    case .done:
      let report = ActReport(
        generation: deployment.metadata.generation, before: entry.before, after: entry.after, alreadyDone: true)
      return .acted(report)
    case .unclear: return .unknown("the agent was interrupted, and the workload was changed since")
    case .untouched:
      guard now >= entry.notAfter else { return nil }
      return .unknown("the agent was interrupted before it acted, and the time for another attempt has passed")
    }
  }
}
