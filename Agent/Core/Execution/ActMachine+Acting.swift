import HTTP
import Kubernetes
import Wire

extension ActMachine {
  mutating func act(_ now: Timestamp) -> ActStep {
    guard now < command.notAfter else { return refuse(.expired, "valid until \(command.notAfter), it is \(now)", now) }
    guard let effect = currentEffect else {
      return refuse(.preconditionFailed, "what was decided on cannot be had any more", now)
    }
    attempts += 1
    return move(to: .acting, .act(effect))
  }

  mutating func succeeded(generation: Int64?, alreadyDone: Bool, _ now: Timestamp) -> ActStep {
    guard let entry else { return move(to: .ended, .finish(nil)) }
    guard entry.plan == nil else { return move(to: .draining, .drain(entry)) }
    return close(.acted(entry.report(generation: generation, alreadyDone: alreadyDone)), now)
  }

  /// Whatever the error: the cluster tells what happened. A failed `test` is a 422 without details, and an answer that got
  /// lost says nothing at all.
  mutating func actFailed(_ error: KubernetesError, _ now: Timestamp) -> ActStep {
    if case .write(let request)? = currentEffect, request.isRefusedByBudget(error) {
      return close(.failed(error.status?.message ?? "\(error)"), now)
    }
    if Self.isAmbiguous(error) { mayStillLand = true }
    switch error {
    case .invalid, .conflict: return move(to: .lookingBack, .readSubject)
    case .forbidden, .unauthorized, .rejected, .notFound, .unlisted:
      guard attempts >= Self.actAttempts || !error.mayPassLater else { break }
      if case .notFound = error { return move(to: .lookingBack, .readSubject) }
      return close(.failed("the API server refused: \(error)"), now)
    default: break
    }
    return move(to: .resting, .wait(pause(after: error, attempt: attempts)))
  }

  func pause(after error: KubernetesError, attempt: Int) -> Duration {
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

  mutating func lookBack(on found: ActSubject, _ now: Timestamp) -> ActStep {
    guard let entry else { return move(to: .ended, .finish(nil)) }
    subject = found
    switch meaning.trace(of: entry, in: found) {
    case .done: return succeeded(generation: found.object?.metadata.generation, alreadyDone: false, now)
    case .unclear(let reason) where mayStillLand: return close(.unknown("the answer is not known, and \(reason)"), now)
    // Every answer so far was a refusal: whatever changed, it was not this act.
    case .unclear, .untouched: break
    }
    if let objection = objection(in: found) { return refuse(.preconditionFailed, objection, now) }
    guard attempts < Self.actAttempts else {
      return close(.failed("it was not accepted in \(attempts) attempts"), now)
    }
    return move(to: .rulingAgain, .readLocalRules)
  }

  mutating func lookBackFailed(_ error: KubernetesError) -> ActStep {
    reads += 1
    guard reads < Self.readAttempts else { return move(to: .ended, .finish(nil)) }
    return move(to: .resting, .wait(pause(after: error, attempt: reads)))
  }
}

extension ActMachine {
  mutating func executed(_ output: ExecOutput, _ now: Timestamp) -> ActStep {
    guard let entry else { return move(to: .ended, .finish(nil)) }
    let head = [entry.detail, output.exitCode.map { "exit code \($0)" }].compactMap { $0 }.joined(separator: ", ")
    let report = entry.report(generation: nil, alreadyDone: false, detail: head + "\n" + output.text)
    guard output.exitCode == 0 else {
      return close(.unknown("the command ended with \(output.exitCode.map { "\($0)" } ?? "no code"): \(output.text)"), now)
    }
    return close(.acted(report), now)
  }

  mutating func execFailed(_ failure: ExecFailure, _ now: Timestamp) -> ActStep {
    switch failure {
    case .notStarted(let reason): close(.failed("the command was not started: \(reason)"), now)
    case .interrupted(let reason): close(.unknown("the command may have run: \(reason)"), now)
    }
  }

  mutating func drained(_ end: DrainEnd, _ now: Timestamp) -> ActStep {
    guard let entry, end.ending != .interrupted else { return move(to: .ended, .finish(nil)) }
    guard case .emptied = end.ending else { return close(.unknown(end.text), now) }
    return close(
      .acted(entry.report(generation: subject.object?.metadata.generation, alreadyDone: false, detail: end.text)), now)
  }
}
