import Kubernetes
import Wire

/// Taking a pod away so that its controller makes a new one: always an eviction, so that disruption budgets hold.
struct PodEviction: ActMeaning {
  let kind = Pod.type

  static let mirrorAnnotation = "kubernetes.io/config.mirror"

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if object.metadata.annotations[Self.mirrorAnnotation] != nil { return "it is a static pod: only its node can restart it" }
    guard object.metadata.controller != nil else { return "nothing controls the pod: nothing would make it again" }
    return nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    ActChange(before: [Self.uid: object.metadata.uid], after: [Self.uid: nil])
  }

  private static let uid = JSONPointer("metadata", "uid").description

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    .write(.evict(pod: object.metadata.name, namespace: object.metadata.namespace ?? "", uid: object.metadata.uid))
  }

  func trace(of entry: JournalEntry, in subject: ActSubject) -> ActTrace { .byAbsence(of: entry, in: subject) }
}

extension WriteRequest {
  /// Whether an error says that the same eviction will not pass by asking again: a budget that is used up (429 without
  /// Retry-After; with one the budget's own status is behind), and two budgets over one pod (500, for ever).
  func isRefusedByBudget(_ error: KubernetesError) -> Bool {
    guard case .evict = self else { return false }
    return switch error {
    case .tooManyRequests(let status): status.retryAfter == nil
    case .server(let status): status.message.contains("more than one PodDisruptionBudget")
    default: false
    }
  }
}
