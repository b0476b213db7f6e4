import Kubernetes
import Wire

/// One act from the verified command to its result. Pure: it says what to do and is told what came of it, so that a test can
/// stop between any two steps. The order of the steps is the safety: journal, preconditions, local rules, rehearsal, intent,
/// local rules again, the act, result. What the action means is its ``ActMeaning``'s to say.
struct ActMachine: Sendable {
  enum Phase: Sendable {
    case begun, checking, ruling, rehearsing, restingToRehearse, judgingRehearsal, preserving, intending, rulingAgain, acting,
      draining, lookingBack, resting, closing, ended
  }

  let command: Command
  let order: Order
  let meaning: any ActMeaning
  var phase = Phase.begun
  /// In the journal already.
  var entry: JournalEntry?
  /// What will be written there.
  var draft: JournalEntry?
  var subject = ActSubject()
  var rehearsals = 0
  var attempts = 0
  var reads = 0
  private var result: CommandResult?
  private var rehearsalError: KubernetesError?
  /// An answer got lost, or an earlier life was interrupted: the act may still take effect, so that nothing but the cluster's
  /// own trace may call it undone.
  var mayStillLand = false
  /// The command is so old that an earlier life of this agent may have had it: then only the journal can say that nothing was done.
  var mayBeOfEarlierLife = false

  static let rehearsalAttempts = 3
  static let actAttempts = 3
  /// After the act's answer got lost: how often the cluster is read to learn what happened before the intent is left bare.
  static let readAttempts = 5

  init(_ command: Command, _ order: Order, _ meaning: any ActMeaning) {
    self.command = command
    self.order = order
    self.meaning = meaning
  }

  mutating func start() -> ActStep { .readJournal }

  mutating func next(_ answer: ActAnswer, now: Timestamp) -> ActStep {
    switch (phase, answer) {
    case (.begun, .journal(let found, let epoch)): return journalRead(found, epoch, now)
    case (.begun, .journalFailed(let failure)): return journalUnread(failure, now)
    case (.checking, .subject(let subject)): return check(subject, now)
    case (.checking, .subjectFailed(let error)): return subjectUnreadable(error, now)
    case (.ruling, .localRules(.allowed)): return rehearse(now)
    case (.ruling, .localRules(.refused(let reason, let detail))), (.rulingAgain, .localRules(.refused(let reason, let detail))):
      return refuse(reason, detail, now)
    case (.rehearsing, .rehearsed): return preserve(now)
    case (.rehearsing, .writeFailed(let error)):
      rehearsalError = error
      return rehearsalFailed(error, now)
    case (.restingToRehearse, .waited): return rehearse(now)
    case (.judgingRehearsal, .subject(let subject)): return judgeRehearsal(on: subject, now)
    case (.judgingRehearsal, .subjectFailed(let error)): return subjectUnreadable(error, now)
    case (.preserving, .preserved): return intend(now)
    case (.preserving, .writeFailed(let error)): return refuse(.journalUnwritable, "what it was could not be kept: \(error)", now)
    case (.intending, .intentWritten):
      entry = draft
      return move(to: .rulingAgain, .readLocalRules)
    case (.intending, .journalFailed(let failure)):
      // Nothing was done; should the write have landed all the same, a later look closes the bare intent.
      return refuse(.journalUnwritable, failure.description, now)
    case (.rulingAgain, .localRules(.allowed)): return act(now)
    case (.acting, .acted(let generation)): return succeeded(generation: generation, alreadyDone: false, now)
    case (.acting, .executed(let output)): return executed(output, now)
    case (.acting, .execFailed(let failure)): return execFailed(failure, now)
    case (.acting, .writeFailed(let error)): return actFailed(error, now)
    case (.draining, .drained(let end)): return drained(end, now)
    case (.lookingBack, .subject(let subject)): return lookBack(on: subject, now)
    case (.lookingBack, .subjectFailed(let error)): return lookBackFailed(error)
    case (.resting, .waited): return move(to: .lookingBack, .readSubject)
    default: return move(to: .ended, .finish(result))
    }
  }

  mutating func move(to phase: Phase, _ step: ActStep) -> ActStep {
    self.phase = phase
    return step
  }

  mutating func refuse(_ reason: RefusalReason, _ detail: String, _ now: Timestamp) -> ActStep {
    close(.refused(CommandResult.Refusal(reason: reason, detail: detail)), now)
  }

  /// A result for an intent in the journal is written there first; without one there is nothing to close.
  mutating func close(_ outcome: CommandResult.Outcome, _ now: Timestamp) -> ActStep {
    let result = CommandResult(command: command.id, kind: .act, outcome: certain(outcome), finishedAt: now)
    self.result = result
    guard entry != nil else { return move(to: .ended, .finish(result)) }
    return move(to: .closing, .writeResult(result))
  }

  private func certain(_ outcome: CommandResult.Outcome) -> CommandResult.Outcome {
    guard mayStillLand else { return outcome }
    return switch outcome {
    case .failed(let detail): .unknown("a request without an answer may still take effect; \(detail)")
    case .refused(let refusal): .unknown("a request without an answer may still take effect; \(refusal.detail)")
    case .acted, .unknown, .evidence, .observed, .stopped: outcome
    }
  }

  var lastRehearsalError: String { rehearsalError?.status?.message ?? rehearsalError.map { "\($0)" } ?? "" }
}
