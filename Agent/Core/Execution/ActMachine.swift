import HTTP
import Kubernetes
import Wire

/// What an act needs from the world next.
enum ActStep: Sendable {
  case readJournal
  case readTarget
  case readLocalRules
  case writeIntent(JournalEntry, epoch: Int64)
  case patch([JSONPatchOperation])
  case wait(Duration)
  case writeResult(CommandResult)
  /// The end. Without a result the intent stays bare: the act may or may not have happened, and later reads will tell.
  case finish(CommandResult?)
}

/// What the world answered.
enum ActAnswer: Sendable {
  /// The command's entry, and the highest epoch that any life of this agent has followed.
  case journal(JournalEntry?, epoch: Int64)
  case journalFailed(JournalFailure)
  case target(Deployment)
  case targetFailed(KubernetesError)
  case localRules(LocalVerdict)
  case intentWritten
  case patched(Deployment)
  case patchFailed(KubernetesError)
  case waited
  case resultWritten
}

/// One restart from the verified command to its result. Pure: it says what to do and is told what came of it, so that a
/// test can stop between any two steps. The order of the steps is the safety: journal, preconditions, local rules, intent,
/// local rules again, the act, result.
struct ActMachine: Sendable {
  private enum Phase: Sendable {
    case begun, checking, ruling, intending, rulingAgain, acting, lookingBack, resting, closing, ended
  }

  private let command: Command
  private let order: Order
  private var phase = Phase.begun
  private var entry: JournalEntry?
  private var target: Deployment?
  private var attempts = 0
  private var reads = 0
  private var result: CommandResult?
  /// The answer to a patch got lost: it may still take effect, so that nothing but the object's own trace may call it undone.
  private var mayStillLand = false

  static let patchAttempts = 3
  /// After the patch's answer got lost: how often the object is read to learn what happened before the intent is left bare.
  static let readAttempts = 5

  init(_ command: Command, _ order: Order) {
    self.command = command
    self.order = order
  }

  mutating func start() -> ActStep { .readJournal }

  mutating func next(_ answer: ActAnswer, now: Timestamp) -> ActStep {
    switch (phase, answer) {
    case (.begun, .journal(let found, let epoch)): return journalRead(found, epoch, now)
    case (.begun, .journalFailed(let failure)): return refuse(.journalUnwritable, failure.description, now)
    case (.checking, .target(let deployment)): return check(deployment, now)
    case (.checking, .targetFailed(let error)): return targetUnreadable(error, now)
    case (.ruling, .localRules(.allowed)): return intend(now)
    case (.rulingAgain, .localRules(.allowed)): return act(now)
    case (.ruling, .localRules(.refused(let reason, let detail))), (.rulingAgain, .localRules(.refused(let reason, let detail))):
      return refuse(reason, detail, now)
    case (.intending, .intentWritten): return move(to: .rulingAgain, .readLocalRules)
    case (.intending, .journalFailed(let failure)):
      // Nothing was done, and nothing in the journal says so.
      entry = nil
      return refuse(.journalUnwritable, failure.description, now)
    case (.acting, .patched(let deployment)): return close(.acted(report(on: deployment, alreadyDone: false)), now)
    case (.acting, .patchFailed(let error)): return patchFailed(error, now)
    case (.lookingBack, .target(let deployment)): return lookBack(on: deployment, now)
    case (.lookingBack, .targetFailed(let error)): return lookBackFailed(error, now)
    case (.resting, .waited): return move(to: .lookingBack, .readTarget)
    case (.closing, _): return move(to: .ended, .finish(result))
    default: return move(to: .ended, .finish(result))
    }
  }

  private mutating func move(to phase: Phase, _ step: ActStep) -> ActStep {
    self.phase = phase
    return step
  }
}

extension ActMachine {
  private mutating func journalRead(_ found: JournalEntry?, _ epoch: Int64, _ now: Timestamp) -> ActStep {
    if let result = found?.result { return move(to: .ended, .finish(result)) }
    guard command.epoch >= epoch else {
      return refuse(.oldEpoch, "epoch \(command.epoch), the journal knows \(epoch)", now)
    }
    entry = found
    return move(to: .checking, .readTarget)
  }

  private mutating func check(_ deployment: Deployment, _ now: Timestamp) -> ActStep {
    target = deployment
    if let entry, deployment.metadata.uid == order.target.uid {
      switch DeploymentRestart.trace(of: entry, on: deployment) {
      case .done: return close(.acted(report(on: deployment, alreadyDone: true)), now)
      case .unclear: return close(.unknown("an earlier attempt was interrupted, and the workload was changed since"), now)
      case .untouched: break
      }
    }
    if let objection = DeploymentRestart.objection(to: order, on: deployment, approvers: command.approvers) {
      return refuse(.preconditionFailed, objection, now)
    }
    return move(to: .ruling, .readLocalRules)
  }

  private mutating func targetUnreadable(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    if case .notFound = error {
      if entry != nil { return close(.unknown("an earlier attempt was interrupted, and the workload is gone"), now) }
      return refuse(.preconditionFailed, "\(order.target.path) does not exist", now)
    }
    // A bare intent stays bare: whoever reads the object later will know.
    if entry != nil { return move(to: .ended, .finish(nil)) }
    return close(.failed("\(order.target.path) could not be read: \(error)"), now)
  }

  private mutating func intend(_ now: Timestamp) -> ActStep {
    guard let target else { return move(to: .ended, .finish(nil)) }
    guard entry == nil else { return move(to: .rulingAgain, .readLocalRules) }
    let intent = DeploymentRestart.intent(for: command, order: order, on: target, now: now)
    entry = intent
    return move(to: .intending, .writeIntent(intent, epoch: command.epoch))
  }

  private mutating func act(_ now: Timestamp) -> ActStep {
    guard let target, let entry else { return move(to: .ended, .finish(nil)) }
    guard now < command.notAfter else { return refuse(.expired, "valid until \(command.notAfter), it is \(now)", now) }
    attempts += 1
    return move(to: .acting, .patch(DeploymentRestart.patch(entry, on: target)))
  }
}

extension ActMachine {
  /// Whatever the error: the object tells what happened. A failed `test` is a 422 without details, and an answer that got
  /// lost says nothing at all.
  private mutating func patchFailed(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    if Self.isAmbiguous(error) { mayStillLand = true }
    switch error {
    case .invalid, .conflict: return move(to: .lookingBack, .readTarget)
    case .forbidden, .unauthorized, .rejected, .notFound:
      guard attempts >= Self.patchAttempts || !error.mayPassLater else { break }
      return close(.failed("the API server refused the patch: \(error)"), now)
    default: break
    }
    return move(to: .resting, .wait(pause(after: error, attempt: attempts)))
  }

  private func pause(after error: KubernetesError, attempt: Int) -> Duration {
    min(error.retryAfter ?? .milliseconds(200 * (1 << attempt)), .seconds(10))
  }

  /// Whether the API server may have taken the request although no success came back.
  static func isAmbiguous(_ error: KubernetesError) -> Bool {
    switch error {
    case .server, .undecodable: true
    case .transport(let error):
      switch error {
      case .connect, .tls, .invalidRequest, .credentialUnreadable, .overloaded, .timedOut(.queue), .timedOut(.connect): false
      default: true
      }
    default: false
    }
  }

  private mutating func lookBack(on deployment: Deployment, _ now: Timestamp) -> ActStep {
    guard let entry else { return move(to: .ended, .finish(nil)) }
    target = deployment
    guard deployment.metadata.uid == order.target.uid else {
      return close(.unknown("the workload was replaced while it was being restarted"), now)
    }
    switch DeploymentRestart.trace(of: entry, on: deployment) {
    case .done: return close(.acted(report(on: deployment, alreadyDone: false)), now)
    case .unclear: return close(.unknown("the patch's answer is not known, and the workload was changed since"), now)
    case .untouched: break
    }
    if let objection = DeploymentRestart.objection(to: order, on: deployment, approvers: command.approvers) {
      return refuse(.preconditionFailed, objection, now)
    }
    guard attempts < Self.patchAttempts else {
      return close(.failed("the patch was not accepted in \(attempts) attempts"), now)
    }
    return move(to: .rulingAgain, .readLocalRules)
  }

  private mutating func lookBackFailed(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    if case .notFound = error { return close(.unknown("the workload is gone, and the patch's answer is not known"), now) }
    reads += 1
    guard reads < Self.readAttempts else { return move(to: .ended, .finish(nil)) }
    return move(to: .resting, .wait(pause(after: error, attempt: reads)))
  }

  private func report(on deployment: Deployment, alreadyDone: Bool) -> ActReport {
    ActReport(
      generation: deployment.metadata.generation, before: entry?.before ?? [:], after: entry?.after ?? [:],
      alreadyDone: alreadyDone)
  }

  private mutating func refuse(_ reason: RefusalReason, _ detail: String, _ now: Timestamp) -> ActStep {
    close(.refused(CommandResult.Refusal(reason: reason, detail: detail)), now)
  }

  /// A result for an intent in the journal is written there first; without one there is nothing to close.
  private mutating func close(_ outcome: CommandResult.Outcome, _ now: Timestamp) -> ActStep {
    let result = CommandResult(command: command.id, kind: .act, outcome: certain(outcome), finishedAt: now)
    self.result = result
    guard entry != nil else { return move(to: .ended, .finish(result)) }
    return move(to: .closing, .writeResult(result))
  }

  private func certain(_ outcome: CommandResult.Outcome) -> CommandResult.Outcome {
    guard mayStillLand else { return outcome }
    return switch outcome {
    case .failed(let detail): .unknown("a patch without an answer may still take effect; \(detail)")
    case .refused(let refusal): .unknown("a patch without an answer may still take effect; \(refusal.detail)")
    case .acted, .unknown, .evidence, .observed, .stopped: outcome
    }
  }
}
