import Kubernetes
import Wire

/// Closing a node to new pods, or opening it again.
struct NodeCordon: ActMeaning {
  let kind = Node.type
  /// False opens the node.
  let closes: Bool

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    let isClosed = object[Places.unschedulable] == true
    if isClosed == closes { return isClosed ? "it is cordoned already" : "it is not cordoned" }
    return nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    ActChange(
      before: object.values(at: [Places.unschedulable.description, LastCommand.pointer]),
      after: [Places.unschedulable.description: closes ? "true" : nil, LastCommand.pointer: command],
      inverse: Inverse(action: closes ? .uncordonNode : .cordonNode, target: order.target))
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    .write(Self.patch(closes: closes, entry.command, on: object))
  }

  /// A node has no generation, and its resourceVersion moves with every report of its kubelet: the value itself is tested.
  static func patch(closes: Bool, _ command: String, on object: Unstructured) -> WriteRequest {
    let isClosed = object[Places.unschedulable] != nil
    let set: [JSONPatchOperation] =
      closes ? [.add(Places.unschedulable, true)] : isClosed ? [.remove(Places.unschedulable)] : []
    return .patch(
      object.place(Node.type), subresource: nil,
      ProvenPatch.tests(on: object) + [ProvenPatch.test(Places.unschedulable, on: object)] + set
        + ProvenPatch.proof(command, on: object))
  }
}
