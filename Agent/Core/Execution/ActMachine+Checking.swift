import Kubernetes
import Wire

extension ActMachine {
  mutating func journalRead(_ found: JournalEntry?, _ epoch: Int64, _ now: Timestamp) -> ActStep {
    if let result = found?.result { return move(to: .ended, .finish(result)) }
    guard command.epoch >= epoch else {
      return refuse(.oldEpoch, "epoch \(command.epoch), the journal knows \(epoch)", now)
    }
    entry = found
    // What an earlier life sent may be under way still.
    mayStillLand = found != nil
    return move(to: .checking, .readSubject)
  }

  mutating func journalUnread(_ failure: JournalFailure, _ now: Timestamp) -> ActStep {
    guard mayBeOfEarlierLife else { return refuse(.journalUnwritable, failure.description, now) }
    return close(.unknown("an earlier life of the agent may have done it; \(failure)"), now)
  }

  mutating func check(_ found: ActSubject, _ now: Timestamp) -> ActStep {
    subject = found
    if let entry {
      switch meaning.trace(of: entry, in: found) {
      case .done: return succeeded(generation: found.object?.metadata.generation, alreadyDone: true, now)
      case .unclear(let reason): return close(.unknown("an earlier attempt was interrupted, and \(reason)"), now)
      case .untouched: break
      }
    }
    if let objection = objection(in: found) { return refuse(.preconditionFailed, objection, now) }
    return move(to: .ruling, .readLocalRules)
  }

  /// What every action asks first, then its own.
  func objection(in subject: ActSubject) -> String? {
    guard let object = subject.object else { return "\(order.target.path) does not exist" }
    guard object.metadata.uid == order.target.uid else { return "another object has the name \(order.target.path) now" }
    guard object.metadata.deletionTimestamp == nil else { return "\(order.target.path) is being deleted" }
    if object.metadata.annotations[AutoAnnotation.name] == "never" && command.approvers.isEmpty {
      return "\(AutoAnnotation.name) is \"never\" and nobody approved"
    }
    return meaning.objection(to: order, on: object, in: subject, approvers: command.approvers)
  }

  mutating func subjectUnreadable(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    // A bare intent stays bare: whoever reads the cluster later will know.
    if entry != nil { return move(to: .ended, .finish(nil)) }
    return close(.failed("\(order.target.path) could not be read: \(error)"), now)
  }
}

extension ActMachine {
  /// The act as a dry run: the server validates, asks admission, rights and budgets, and stores nothing. What has none (a
  /// command in a container) goes on.
  mutating func rehearse(_ now: Timestamp) -> ActStep {
    guard let object = subject.object else { return move(to: .ended, .finish(nil)) }
    let change = meaning.change(order, of: object, in: subject, command: command.id, now: now)
    let planned = entry ?? JournalEntry(change, of: order, command: command, now: now)
    draft = planned
    switch meaning.effect(of: planned, on: object, in: subject) {
    case nil: return refuse(.preconditionFailed, "what was decided on cannot be had any more", now)
    case .exec: return intend(now)
    case .write(let request):
      rehearsals += 1
      return move(to: .rehearsing, .rehearse(request))
    }
  }

  mutating func rehearsalFailed(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    if case .write(let request)? = currentEffect, request.isRefusedByBudget(error) {
      return refuse(.dryRunRefused, error.status?.message ?? "\(error)", now)
    }
    switch error {
    // A failed test is a 422 without details, the same as an invalid patch: the object tells which.
    case .invalid, .conflict, .notFound: return move(to: .judgingRehearsal, .readSubject)
    case .rejected, .alreadyExists, .undecodable, .listTooLong, .unlisted:
      return refuse(.dryRunRefused, error.status?.message ?? "\(error)", now)
    case .forbidden, .unauthorized:
      guard rehearsals < Self.rehearsalAttempts else { return refuse(.dryRunRefused, error.status?.message ?? "\(error)", now) }
    case .tooManyRequests, .server, .transport, .expired:
      guard rehearsals < Self.rehearsalAttempts else { return close(.failed("the rehearsal got no answer: \(error)"), now) }
    }
    let pause = pause(after: error, attempt: rehearsals)
    guard now + pause < command.notAfter else { return close(.failed("the rehearsal got no answer in time: \(error)"), now) }
    return move(to: .restingToRehearse, .wait(pause))
  }

  mutating func judgeRehearsal(on found: ActSubject, _ now: Timestamp) -> ActStep {
    let isUnchanged =
      found.object?.metadata.uid == subject.object?.metadata.uid
      && found.object?.metadata.resourceVersion == subject.object?.metadata.resourceVersion
    guard found.object == nil || (!isUnchanged && rehearsals < Self.rehearsalAttempts) else {
      return refuse(.dryRunRefused, lastRehearsalError, now)
    }
    return check(found, now)
  }

  mutating func preserve(_ now: Timestamp) -> ActStep {
    guard entry == nil, order.action == .deleteDeployment, let object = subject.object else { return intend(now) }
    guard let image = PreImage(of: object, kind: meaning.kind, command: command.id) else {
      return refuse(.preconditionFailed, "it is too large to be kept before it is deleted", now)
    }
    return move(to: .preserving, .preserve(image))
  }

  mutating func intend(_ now: Timestamp) -> ActStep {
    guard entry == nil, let draft else { return move(to: .rulingAgain, .readLocalRules) }
    return move(to: .intending, .writeIntent(draft, epoch: command.epoch))
  }

  var currentEffect: ActEffect? {
    guard let planned = entry ?? draft, let object = subject.object else { return nil }
    return meaning.effect(of: planned, on: object, in: subject)
  }
}
