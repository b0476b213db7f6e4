import Kubernetes
import Wire

/// Everything that an act decides by, read freshly.
struct ActSubject: Sendable {
  /// What may be read besides the target.
  enum Surrounding: Sendable, Hashable, CaseIterable {
    /// Autoscalers and KEDA's ScaledObjects of the namespace.
    case autoscalers
    /// ReplicaSets of the namespace that the target controls.
    case replicaSets
    /// The pods on the node.
    case nodePods
    /// The namespace's allow-list of commands.
    case allowList
  }

  /// Nil when there is no object of that name.
  var object: Unstructured?
  var autoscalers: [HorizontalPodAutoscaler] = []
  var scaledObjects: [CustomResource] = []
  var replicaSets: [ReplicaSet] = []
  var nodePods: [NodePod] = []
  /// Nil when the namespace has none.
  var allowList: [String: String]?
}

/// The proof that an act leaves on the objects that can carry one.
enum LastCommand {
  static let name = "ai-sre.dev/last-command"
  static let place = JSONPointer("metadata", "annotations", name)
  static let pointer = place.description
}

/// The owner's wish about an object: `never` asks for a person.
enum AutoAnnotation {
  static let name = "ai-sre.dev/auto"
}

extension Unstructured {
  /// The values at these places as text, an absent one as nil. A pod template counts by its digest.
  func values(at pointers: some Sequence<String>) -> [String: String?] {
    Dictionary(pointers.map { ($0, text(at: $0)) }, uniquingKeysWith: { first, _ in first })
  }

  private func text(at pointer: String) -> String? {
    if pointer == Places.template.description { return self[Places.template].map(TemplateDigest.of) }
    guard let place = Places.all[pointer], let value = self[place] else { return nil }
    return value.stringValue ?? String(decoding: value.canonicalJSON, as: UTF8.self)
  }

  func integer(_ place: JSONPointer) -> Int? { self[place]?.integerValue.map { Int($0) } }
}

/// The places that acts read and write.
enum Places {
  static let template = JSONPointer("spec", "template")
  static let templateNotes = JSONPointer("spec", "template", "metadata", "annotations")
  static let restartedAt = JSONPointer("spec", "template", "metadata", "annotations", restartedAtName)
  static let restartedAtName = "kubectl.kubernetes.io/restartedAt"
  static let notes = JSONPointer("metadata", "annotations")
  static let revision = JSONPointer("metadata", "annotations", Deployment.revisionAnnotation)
  static let replicas = JSONPointer("spec", "replicas")
  static let maxReplicas = JSONPointer("spec", "maxReplicas")
  static let unschedulable = JSONPointer("spec", "unschedulable")

  static let all = Dictionary(
    uniqueKeysWithValues: [
      template, restartedAt, LastCommand.place, revision, replicas, maxReplicas, unschedulable,
    ].map { ($0.description, $0) })
}
