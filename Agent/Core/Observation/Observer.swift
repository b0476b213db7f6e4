import Kubernetes
import Logging
import Wire

/// Watches one workload after an act. The watches feed its state with every change; before it calls the workload stable or
/// gone it reads the object itself, since a watch may lag behind. A read that fails is repeated: it contradicts nothing.
struct Observer: Sendable {
  let client: KubernetesClient
  let namespace: String
  let view: LiveNamespace
  let clock: any WallClock

  /// How long to wait for the first lists of an agent that has just started.
  static let patience = Duration.seconds(30)
  /// Between a confirming read that failed, or contradicted the watches, and the next look.
  static let confirmationPause = Duration.seconds(1)

  func observe(_ request: ObserveRequest, id: String) async -> CommandResult.Outcome {
    guard request.target.kind == Deployment.type.kind, request.target.namespace == namespace else {
      return .refused(.init(reason: .unsupported, detail: "this agent observes Deployments of \(namespace)"))
    }
    guard await isViewComplete(until: min(request.deadline, clock.now + Self.patience)) else {
      return .failed("the workload could not be observed: the watches have not begun")
    }
    let start = ObservationState(request, from: clock.now)
    await view.beginObservation(id, start, at: clock.now)
    while !Task.isCancelled {
      let seen = view.changed.version
      guard let state = await view.updateObservation(id, at: clock.now) else { break }
      if let result = state.result {
        let nextLook = min(request.deadline, clock.now + Self.confirmationPause)
        switch await confirmation(of: result, request.target) {
        case .confirmed:
          await view.endObservation(id)
          return .observed(result)
        case .contradicted:
          // The watch lags: begin again, with what it has learnt since.
          await view.endObservation(id)
          await view.changed.wait(after: seen, until: nextLook, clock: clock)
          await view.beginObservation(id, ObservationState(request, from: clock.now), at: clock.now)
        case .unreadable(let reason):
          guard clock.now < request.deadline else {
            await view.endObservation(id)
            return .observed(result.unconfirmed(because: reason, at: clock.now))
          }
          try? await clock.sleep(until: nextLook, tolerance: nil)
        }
      } else {
        await view.changed.wait(after: seen, until: state.nextLook, clock: clock)
      }
    }
    await view.endObservation(id)
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
    /// The read failed, which says nothing of the workload.
    case unreadable(String)
  }

  private func confirmation(of observation: Observation, _ target: Target) async -> Confirmation {
    guard observation.ending != .deadline else { return .confirmed }
    do {
      let deployment = try await client.get(Deployment.self, named: target.name, namespace: namespace)
      return Self.agrees(deployment, with: observation.ending, target) ? .confirmed : .contradicted
    } catch .notFound {
      return observation.ending == .targetGone ? .confirmed : .contradicted
    } catch {
      return .unreadable(error.shortReason)
    }
  }

  private static func agrees(_ deployment: Deployment, with ending: Observation.Ending, _ target: Target) -> Bool {
    let status = deployment.status
    return switch ending {
    case .targetGone: deployment.metadata.uid != target.uid
    case .stable:
      deployment.metadata.uid == target.uid && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
        && status.availableReplicas >= deployment.spec.replicas && status.updatedReplicas >= deployment.spec.replicas
    case .deadline: true
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
