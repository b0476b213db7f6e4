import Kubernetes
import Wire

/// Restarting a workload as `kubectl rollout restart` does: the template's annotation `restartedAt` gets a new time, and the
/// workload's controller replaces the pods.
struct RolloutRestart: ActMeaning {
  let kind: ResourceType

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if let objection = TemplateCheck.objection(to: order, on: object) { return objection }
    if object[JSONPointer("spec", "paused")] == true { return "the rollout is paused: a restart would have no effect" }
    if object[JSONPointer("spec", "updateStrategy", "type")] == "OnDelete" {
      return "the update strategy is OnDelete: a restart would replace no pod"
    }
    // Only a StatefulSet has one.
    let partition = object.integer(JSONPointer("spec", "updateStrategy", "rollingUpdate", "partition")) ?? 0
    if partition > 0, partition >= object.integer(Places.replicas) ?? 1 {
      return "the partition \(partition) keeps every pod at the old revision: a restart would replace none"
    }
    return nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    let before = object.values(at: [Places.restartedAt.description, LastCommand.pointer])
    // The same stamp again would be accepted and restart nothing.
    var stamp = APITime(secondsSince1970: now.milliseconds / 1000)
    if before[Places.restartedAt.description] == stamp.rfc3339 {
      stamp = APITime(secondsSince1970: stamp.secondsSince1970 + 1)
    }
    return ActChange(
      before: before, after: [Places.restartedAt.description: stamp.rfc3339, LastCommand.pointer: command])
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    let stamp = JSONValue.string(entry.after[Places.restartedAt.description].flatMap { $0 } ?? "")
    var operations = ProvenPatch.tests(on: object)
    if object[Places.templateNotes] == nil {
      operations.append(.add(Places.templateNotes, .object([Places.restartedAtName: stamp])))
    } else {
      operations.append(.add(Places.restartedAt, stamp))
    }
    return .write(.patch(object.place(kind), subresource: nil, operations + ProvenPatch.proof(entry.command, on: object)))
  }
}

/// What acts on a pod template ask: it must still be the one that was decided about.
enum TemplateCheck {
  static func objection(to order: Order, on object: Unstructured) -> String? {
    guard let expected = order.preconditions.templateDigest else { return "the order names no template digest" }
    guard let template = object[Places.template], TemplateDigest.of(template) == expected else {
      return "the pod template is no longer the one that was decided about"
    }
    return nil
  }
}

extension Unstructured {
  func place(_ type: ResourceType) -> ObjectPlace {
    ObjectPlace(type, namespace: metadata.namespace, name: metadata.name)
  }
}
