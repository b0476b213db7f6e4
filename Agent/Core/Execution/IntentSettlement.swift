import Kubernetes
import Logging
import Wire

/// Looks at the intents that an interrupted act left bare and closes those whose outcome the cluster shows. One that was not
/// carried out and still has time stays bare: only a signed command, delivered again, may act on it.
struct IntentSettlement: Sendable {
  let client: KubernetesClient
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
    do {
      let subject = try await SubjectReader(client: client).read(entry.target, for: ActCatalogue.meaning(of: entry.action))
      return Self.outcome(of: entry, in: subject, now: clock.now)
    } catch {
      return nil
    }
  }

  /// `nil` while the command may still be delivered again.
  static func outcome(of entry: JournalEntry, in subject: ActSubject, now: Timestamp) -> CommandResult.Outcome? {
    let write = outcomeOfWrite(entry, in: subject, now: now)
    guard let plan = entry.plan, case .acted? = write else { return write }
    return outcome(ofDrain: entry, plan, in: subject, now: now)
  }

  private static func outcomeOfWrite(_ entry: JournalEntry, in subject: ActSubject, now: Timestamp) -> CommandResult.Outcome? {
    switch ActCatalogue.meaning(of: entry.action).trace(of: entry, in: subject) {
    case .done: return .acted(entry.report(generation: subject.object?.metadata.generation, alreadyDone: true))
    case .unclear(let reason): return .unknown("the agent was interrupted, and \(reason)")
    case .untouched:
      guard now >= entry.notAfter else { return nil }
      return .unknown("the agent was interrupted before it acted, and the time for another attempt has passed")
    }
  }

  /// A drain is done when its pods are gone; until its command's end another delivery may go on with it.
  private static func outcome(
    ofDrain entry: JournalEntry, _ plan: [PlannedEviction], in subject: ActSubject, now: Timestamp
  ) -> CommandResult.Outcome? {
    let there = Set(subject.nodePods.filter { $0.metadata.deletionTimestamp == nil }.map(\.metadata.uid))
    var account = DrainAccount(plan)
    for pod in plan where !there.contains(pod.uid) { account.note(pod, .gone) }
    let left = plan.filter { there.contains($0.uid) }
    guard !left.isEmpty else {
      return .acted(
        entry.report(generation: subject.object?.metadata.generation, alreadyDone: true, detail: account.end.text))
    }
    guard now >= entry.notAfter else { return nil }
    for pod in left { account.note(pod, .ended(.interrupted, "")) }
    return .unknown("the agent was interrupted; " + account.end.text)
  }
}
