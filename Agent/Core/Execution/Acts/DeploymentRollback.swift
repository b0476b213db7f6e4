import Kubernetes
import Wire

/// Going back to an older revision as `kubectl rollout undo` does: an older ReplicaSet's template, without the label that the
/// controller added, becomes the Deployment's. The Deployment controller then gives the old ReplicaSet a new revision.
struct DeploymentRollback: ActMeaning {
  let kind = Deployment.type
  let surroundings: Set<ActSubject.Surrounding> = [.replicaSets]

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if let objection = TemplateCheck.objection(to: order, on: object) { return objection }
    guard let revision = order.parameters.revision else { return "the order names no revision" }
    if object[JSONPointer("spec", "paused")] == true { return "the rollout is paused: a rollback would have no effect" }
    if let owner = GitOps.owner(of: object.metadata), approvers.isEmpty {
      return "\(owner) keeps its spec, and nobody approved a change"
    }
    guard let set = replicaSet(revision, of: object, in: subject) else { return "it has no revision \(revision) any more" }
    guard TemplateDigest.of(set.spec.template.whole) != TemplateDigest.of(object[Places.template] ?? .null) else {
      return "revision \(revision) has the same template as now"
    }
    return nil
  }

  private func replicaSet(_ revision: Int, of object: Unstructured, in subject: ActSubject) -> ReplicaSet? {
    let found = subject.replicaSets.filter {
      $0.revision == revision && $0.metadata.controller?.uid == object.metadata.uid && $0.metadata.deletionTimestamp == nil
    }
    return found.count == 1 ? found.first : nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    let template = order.parameters.revision.flatMap { replicaSet($0, of: object, in: subject) }?.spec.template.whole
    let digest = template.map(TemplateDigest.of)
    let current = object.metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) }
    return ActChange(
      before: object.values(at: [Places.template.description, LastCommand.pointer]),
      after: [Places.template.description: digest, LastCommand.pointer: command],
      inverse: current.map {
        Inverse(
          action: order.action, target: order.target, preconditions: .init(templateDigest: digest),
          parameters: .init(revision: $0))
      },
      detail: "from revision \(current.map { "\($0)" } ?? "?") to \(order.parameters.revision.map { "\($0)" } ?? "?")")
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    let wanted = entry.after[Places.template.description].flatMap { $0 }
    // The digest in the journal, not a number: revisions are renumbered.
    let set = subject.replicaSets.first {
      $0.metadata.controller?.uid == object.metadata.uid && TemplateDigest.of($0.spec.template.whole) == wanted
    }
    guard let set else { return nil }
    let replace = JSONPatchOperation.replace(Places.template, PodTemplate.withoutHash(set.spec.template.whole))
    return .write(
      .patch(
        object.place(kind), subresource: nil,
        ProvenPatch.tests(on: object) + [replace] + ProvenPatch.proof(entry.command, on: object)))
  }
}
