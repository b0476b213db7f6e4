import Kubernetes
import Wire

/// Emptying a node as `kubectl drain --ignore-daemonsets --delete-emptydir-data` does: cordon it, then evict its pods. The plan
/// of who goes is made before and journalled, so that after an interruption the cluster itself shows how far it came.
struct NodeDrain: ActMeaning {
  let kind = Node.type
  let surroundings: Set<ActSubject.Surrounding> = [.nodePods]

  /// From the intent on. The command's own end bounds only the beginning: a drain takes as long as budgets make it.
  static let duration = Duration.seconds(600)

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if approvers.isEmpty { return "nobody approved a drain" }
    return DrainPlan(subject.nodePods).objection
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    let wasClosed = object[Places.unschedulable] == true
    let plan = DrainPlan(subject.nodePods)
    return ActChange(
      before: object.values(at: [Places.unschedulable.description, LastCommand.pointer]),
      after: [Places.unschedulable.description: "true", LastCommand.pointer: command],
      // A node that was closed before stays so.
      inverse: wasClosed ? nil : Inverse(action: .uncordonNode, target: order.target), plan: plan.evictions)
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    .write(NodeCordon.patch(closes: true, entry.command, on: object))
  }
}

/// A pod that a drain takes away.
struct PlannedEviction: Sendable, Hashable, Codable {
  let namespace: String
  let name: String
  let uid: String

  var path: String { "\(namespace)/\(name)" }
}

/// Which of a node's pods a drain evicts: not those of a DaemonSet, which would come back at once, not static ones, not those
/// that have finished or are on their way already. A pod that nothing controls would be lost: it stops the whole.
struct DrainPlan: Sendable {
  /// A node holds 110 pods by default, and hardly ever more than 250.
  static let limit = 300

  let evictions: [PlannedEviction]
  let objection: String?

  init(_ pods: [NodePod]) {
    let movable = pods.filter { pod in
      pod.metadata.deletionTimestamp == nil && pod.phase != "Succeeded" && pod.phase != "Failed"
        && pod.metadata.annotations[PodEviction.mirrorAnnotation] == nil && pod.metadata.controller?.kind != DaemonSet.type.kind
    }
    evictions = movable.map {
      PlannedEviction(namespace: $0.metadata.namespace ?? "", name: $0.metadata.name, uid: $0.metadata.uid)
    }
    let alone = movable.filter { $0.metadata.controller == nil }.map { "\($0.metadata.namespace ?? "")/\($0.metadata.name)" }
    if !alone.isEmpty {
      objection = "nothing controls these pods, they would be lost: \(alone.sorted().prefix(5).joined(separator: ", "))"
    } else if evictions.count > Self.limit {
      objection = "\(evictions.count) pods would have to move, more than \(Self.limit)"
    } else {
      objection = nil
    }
  }
}

/// A pod with what a drain decides by, for listing all of a node.
struct NodePod: Resource {
  static let type = Pod.type

  let metadata: ObjectMetadata
  let phase: String

  private enum CodingKeys: String, CodingKey { case metadata, status }
  private struct Status: Decodable { let phase: String? }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    phase = try container.decodeIfPresent(Status.self, forKey: .status)?.phase ?? "Unknown"
  }
}
