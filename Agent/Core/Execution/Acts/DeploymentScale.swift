import Kubernetes
import Wire

/// Giving a Deployment another number of replicas, through its `scale` subresource. A Scale carries no annotation and has no
/// generation, so the counts themselves are the proof; the number is absolute, so that a second write would change nothing.
struct DeploymentScale: ActMeaning {
  let kind = Deployment.type
  let surroundings: Set<ActSubject.Surrounding> = [.autoscalers]

  /// More by a robot is a mistake.
  static let limit = 1000

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    guard let expected = order.preconditions.replicas else { return "the order does not say how many replicas it expects" }
    guard let wanted = order.parameters.replicas, (0...Self.limit).contains(wanted) else {
      return "the order must name a number of replicas from 0 to \(Self.limit)"
    }
    let current = object.integer(Places.replicas) ?? 1
    guard current == expected else { return "it has \(current) replicas, not the \(expected) that were decided about" }
    guard current != wanted else { return "it has \(wanted) replicas already" }
    if wanted == 0 && approvers.isEmpty { return "scaling to zero stops the service and nobody approved" }
    return autoscaler(of: object, in: subject).map { "\($0) scales it: a number set by hand would not last" }
  }

  private func autoscaler(of object: Unstructured, in subject: ActSubject) -> String? {
    let name = object.metadata.name
    let hpa = subject.autoscalers.first { $0.spec.target.kind == kind.kind && $0.spec.target.name == name }
    if let hpa { return "the HorizontalPodAutoscaler \(hpa.metadata.name)" }
    let scaled = subject.scaledObjects.first { scaled in
      let target = scaled.spec["scaleTargetRef"]
      return target?["name"]?.stringValue == name && (target?["kind"]?.stringValue ?? kind.kind) == kind.kind
    }
    return scaled.map { "KEDA's ScaledObject \($0.metadata.name)" }
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    let current = object.integer(Places.replicas) ?? 1
    let wanted = order.parameters.replicas ?? current
    return ActChange(
      before: [Places.replicas.description: "\(current)"], after: [Places.replicas.description: "\(wanted)"],
      inverse: Inverse(
        action: order.action, target: order.target, preconditions: .init(replicas: wanted),
        parameters: .init(replicas: current)))
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    let current = Int64(object.integer(Places.replicas) ?? 1)
    let wanted = entry.after[Places.replicas.description].flatMap { $0 }.flatMap { Int64($0) } ?? current
    return .write(
      .patch(
        object.place(kind), subresource: "scale",
        [
          .test(JSONPointer("metadata", "uid"), .string(object.metadata.uid)),
          // At zero a Scale is "spec": {} (recordings, 06 get-zero).
          .test(Places.replicas, current == 0 ? .null : .integer(current)),
          .add(Places.replicas, .integer(wanted)),
        ]))
  }
}

enum KEDA {
  static let scaledObjects = ResourceType(apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", plural: "scaledobjects")
}
