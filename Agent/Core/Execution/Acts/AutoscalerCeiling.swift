import Kubernetes
import Wire

/// Moving an autoscaler's `maxReplicas`. The inverse lowers it again through the same action, so a lower number is taken too.
struct AutoscalerCeiling: ActMeaning {
  let kind = HorizontalPodAutoscaler.type

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    guard let expected = order.preconditions.replicas else { return "the order does not say which maximum it expects" }
    guard let current = object.integer(Places.maxReplicas), current == expected else {
      return "its maximum is no longer the \(expected) that was decided about"
    }
    guard let wanted = order.parameters.replicas, wanted != current else { return "the order must name another maximum" }
    let range = Self.range(around: current, minimum: object.integer(JSONPointer("spec", "minReplicas")) ?? 1)
    guard range.contains(wanted) else {
      return "a maximum of \(wanted) is out of bounds: \(range.lowerBound) to \(range.upperBound)"
    }
    if let owner = object.metadata.ownerReferences.first(where: { $0.kind == KEDA.scaledObjects.kind }) {
      return "KEDA's ScaledObject \(owner.name) owns it and would set it back"
    }
    if let owner = GitOps.owner(of: object.metadata), approvers.isEmpty {
      return "\(owner) keeps its spec, and nobody approved a change"
    }
    return nil
  }

  /// At most twice as high or half as low in one act, and never below the minimum.
  static func range(around current: Int, minimum: Int) -> ClosedRange<Int> {
    let low = max(minimum, (current + 1) / 2, 1)
    return low...max(low, min(current, 10_000) * 2)
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    let current = object.integer(Places.maxReplicas) ?? 0
    let wanted = order.parameters.replicas ?? current
    return ActChange(
      before: object.values(at: [Places.maxReplicas.description, LastCommand.pointer]),
      after: [Places.maxReplicas.description: "\(wanted)", LastCommand.pointer: command],
      inverse: Inverse(
        action: order.action, target: order.target, preconditions: .init(replicas: wanted),
        parameters: .init(replicas: current)))
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    let wanted = entry.after[Places.maxReplicas.description].flatMap { $0 }.flatMap { Int64($0) } ?? 0
    return .write(
      .patch(
        object.place(kind), subresource: nil,
        ProvenPatch.tests(on: object) + [
          ProvenPatch.test(Places.maxReplicas, on: object), .replace(Places.maxReplicas, .integer(wanted)),
        ]
          + ProvenPatch.proof(entry.command, on: object)))
  }
}
