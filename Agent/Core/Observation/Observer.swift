import Kubernetes
import Logging
import Wire

/// Watches one workload after an act. The watches feed its state with every change; before it calls the workload stable or
/// gone it reads the object itself once, since a watch may lag behind.
struct Observer: Sendable {
  let client: KubernetesClient
  let namespace: String
  let view: LiveNamespace
  let clock: any WallClock

  /// How long to wait for the first lists of an agent that has just started.
  static let patience = Duration.seconds(30)

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
        if await isConfirmed(result, request.target) {
          await view.endObservation(id)
          return .observed(result)
        }
        // The watch lags: begin again, with what it has learnt since.
        await view.endObservation(id)
        await view.changed.wait(after: seen, until: min(request.deadline, clock.now + .seconds(1)), clock: clock)
        await view.beginObservation(id, ObservationState(request, from: clock.now), at: clock.now)
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

  private func isConfirmed(_ observation: Observation, _ target: Target) async -> Bool {
    guard observation.ending != .deadline else { return true }
    do {
      let deployment = try await client.get(Deployment.self, named: target.name, namespace: namespace)
      let status = deployment.status
      switch observation.ending {
      case .targetGone: return deployment.metadata.uid != target.uid
      case .stable:
        return deployment.metadata.uid == target.uid && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
          && status.availableReplicas >= deployment.spec.replicas && status.updatedReplicas >= deployment.spec.replicas
      case .deadline: return true
      }
    } catch .notFound {
      return observation.ending == .targetGone
    } catch {
      return false
    }
  }
}
