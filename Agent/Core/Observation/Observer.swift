import Kubernetes
import Logging
import Wire

/// Watches one workload or node after an act. The watches feed its state with every change; before it calls the subject stable
/// or gone it reads the object itself, since a watch may lag behind. A read that fails is repeated: it contradicts nothing.
struct Observer: Sendable {
  let client: KubernetesClient
  let scope: AgentScope
  let view: LiveNamespace
  let clock: any WallClock

  /// How long to wait for the first lists of an agent that has just started.
  static let patience = Duration.seconds(30)
  /// Between a confirming read that failed, or contradicted the watches, and the next look.
  static let confirmationPause = Duration.seconds(1)

  func observe(_ request: ObserveRequest, id: String) async -> CommandResult.Outcome {
    guard scope.observes(request.target) else {
      return .refused(.init(reason: .unsupported, detail: "this agent observes \(scope.whatItObserves)"))
    }
    guard await isViewComplete(until: min(request.deadline, clock.now + Self.patience)) else {
      return .failed("the target could not be observed: the watches have not begun")
    }
    let subject: ObservationSubject
    do {
      subject = try await ObservationTargeting(client: client, view: view).subject(of: request.target)
    } catch {
      return .failed(error.description)
    }
    await view.beginObservation(id, ObservationState(request, of: subject, from: clock.now), at: clock.now)
    let outcome = await watch(request, subject, id)
    await view.endObservation(id)
    return outcome
  }

  private func watch(_ request: ObserveRequest, _ subject: ObservationSubject, _ id: String) async -> CommandResult.Outcome {
    while !Task.isCancelled {
      let seen = view.changed.version
      guard let state = await view.updateObservation(id, at: clock.now) else { break }
      guard let result = state.result else {
        await view.changed.wait(after: seen, until: state.nextLook, clock: clock)
        continue
      }
      let nextLook = min(request.deadline, clock.now + Self.confirmationPause)
      switch await confirmation(of: result, subject) {
      case .confirmed: return .observed(result)
      case .contradicted:
        // The watch lags: begin again, with what it has learnt since.
        await view.endObservation(id)
        await view.changed.wait(after: seen, until: nextLook, clock: clock)
        await view.beginObservation(id, ObservationState(request, of: subject, from: clock.now), at: clock.now)
      case .unreadable(let reason):
        guard clock.now < request.deadline else { return .observed(result.unconfirmed(because: reason, at: clock.now)) }
        try? await clock.sleep(until: nextLook, tolerance: nil)
      }
    }
    return .failed("the observation was cut short: the agent is stopping")
  }

  private func isViewComplete(until deadline: Timestamp) async -> Bool {
    while true {
      let seen = view.changed.version
      if await view.isComplete { return true }
      guard clock.now < deadline, !Task.isCancelled else { return false }
      await view.changed.wait(after: seen, until: deadline, clock: clock)
    }
  }

  private enum Confirmation {
    case confirmed
    case contradicted
    /// The read failed, which says nothing of the subject.
    case unreadable(String)
  }

  private func confirmation(of observation: Observation, _ subject: ObservationSubject) async -> Confirmation {
    guard observation.ending != .deadline else { return .confirmed }
    do {
      let now = try await FreshRead(client: client, namespace: scope.home).find(subject)
      switch observation.ending {
      case .targetGone: return now == nil ? .confirmed : .contradicted
      case .stable: return now?.isEmpty == true ? .confirmed : .contradicted
      case .deadline: return .confirmed
      }
    } catch {
      return .unreadable(error.shortReason)
    }
  }
}

extension Observation {
  /// What only the watches showed is neither called stable nor gone.
  fileprivate func unconfirmed(because reason: String, at now: Timestamp) -> Observation {
    Observation(
      ending: .deadline, healthySince: healthySince, observedFrom: observedFrom, observedUntil: now,
      desiredReplicas: desiredReplicas, readyReplicas: readyReplicas, restarts: restarts,
      troubles: ["“\(ending.rawValue)” could not be confirmed: \(reason)"] + troubles)
  }
}
