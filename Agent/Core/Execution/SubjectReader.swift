import Kubernetes
import Wire

/// Reads what an act decides by, always from the API server and never from the watches.
struct SubjectReader: Sendable {
  let client: KubernetesClient

  /// Far more than a namespace or a node has; a longer list is an error, not a guess.
  static let listLimit = 2000

  func read(_ target: Target, for meaning: any ActMeaning) async throws(KubernetesError) -> ActSubject {
    let namespace = target.namespace.isEmpty ? nil : target.namespace
    var subject = ActSubject()
    do {
      subject.object = try await client.get(ObjectPlace(meaning.kind, namespace: namespace, name: target.name))
    } catch .notFound {
      return subject
    }
    for surrounding in ActSubject.Surrounding.allCases where meaning.surroundings.contains(surrounding) {
      try await read(surrounding, of: target, namespace, into: &subject)
    }
    return subject
  }

  private func read(
    _ surrounding: ActSubject.Surrounding, of target: Target, _ namespace: String?, into subject: inout ActSubject
  ) async throws(KubernetesError) {
    let options = ListOptions(maximumItems: Self.listLimit)
    switch surrounding {
    case .autoscalers:
      subject.autoscalers = try await client.list(namespace: namespace, options: options).items
      do {
        subject.scaledObjects = try await client.list(custom: KEDA.scaledObjects, namespace: namespace, options: options).items
      } catch .notFound {
        // No KEDA in this cluster.
      }
    case .replicaSets:
      let uid = target.uid
      subject.replicaSets = try await client.list(ReplicaSet.self, namespace: namespace, options: options).items
        .filter { $0.metadata.controller?.uid == uid }
    case .nodePods:
      var options = options
      options.fieldSelector = "spec.nodeName=\(target.name)"
      subject.nodePods = try await client.list(namespace: nil, options: options).items
    case .allowList:
      do {
        subject.allowList = try await client.get(ConfigMap.self, named: AllowList.configMapName, namespace: namespace).data
      } catch .notFound {
        // The team allows nothing.
      }
    }
  }
}
