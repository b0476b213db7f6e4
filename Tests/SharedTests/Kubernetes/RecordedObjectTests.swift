import Testing

@testable import Kubernetes

@Suite("Objects as a real API server sends them", .enabled(if: Recordings.arePresent))
struct RecordedObjectTests {
  @Test("Every recorded object of a kind that we read decodes")
  func objects() throws {
    var decoded: [String: Int] = [:]
    for exchange in try Recordings.all() where (200...299).contains(exchange.status) {
      // events.k8s.io has the same kind and other members; only the core group is read.
      if exchange.path.hasPrefix("/apis/events.k8s.io") { continue }
      guard let kind = exchange.kind, let decode = Self.decoders[kind] else { continue }
      #expect(throws: Never.self, "\(exchange.name): \(exchange.path)") { try decode(exchange.body) }
      decoded[kind, default: 0] += 1
    }
    #expect(
      Set(decoded.keys) == Set(Self.decoders.keys).subtracting(["NamespaceList", "ReplicaSet", "ServiceList", "ConfigMapList"]))
    #expect(decoded.values.reduce(0, +) > 200)
  }

  private static let decoders: [String: @Sendable ([UInt8]) throws -> Void] = [
    "Pod": object(Pod.self), "PodList": list(Pod.self),
    "Deployment": object(Deployment.self), "DeploymentList": list(Deployment.self),
    "ReplicaSet": object(ReplicaSet.self), "ReplicaSetList": list(ReplicaSet.self),
    "EventList": list(Event.self),
    "ConfigMap": object(ConfigMap.self), "ConfigMapList": list(ConfigMap.self),
    "Namespace": object(Namespace.self), "NamespaceList": list(Namespace.self),
    "ServiceList": list(Service.self),
    "StatefulSet": object(StatefulSet.self), "DaemonSet": object(DaemonSet.self),
    "ControllerRevisionList": list(ControllerRevision.self), "Job": object(Job.self),
    "HorizontalPodAutoscalerList": list(HorizontalPodAutoscaler.self), "PodDisruptionBudget": object(PodDisruptionBudget.self),
    "Node": object(Node.self), "NodeList": list(Node.self),
    "APIGroupList": { _ = try Answer.decode(APIGroupList.self, from: $0) },
    "PartialObjectMetadata": object(PartialObjectMetadata.self),
    "PartialObjectMetadataList": list(PartialObjectMetadata.self),
    "TokenReview": { _ = try Answer.decode(TokenReview.self, from: $0) },
    "SubjectAccessReview": { _ = try Answer.decode(SubjectAccessReview.self, from: $0) },
  ]

  private static func object<Object: Resource>(_ type: Object.Type) -> @Sendable ([UInt8]) throws -> Void {
    { bytes in
      let object = try Answer.decode(type, from: bytes)
      guard !object.metadata.name.isEmpty, !object.metadata.uid.isEmpty else { throw KubernetesError.undecodable("metadata") }
    }
  }

  private static func list<Object: Resource>(_ type: Object.Type) -> @Sendable ([UInt8]) throws -> Void {
    { bytes in
      let page = try Answer.decode(ResourcePage<Object>.self, from: bytes)
      guard page.metadata.resourceVersion != nil else { throw KubernetesError.undecodable("metadata.resourceVersion") }
    }
  }

  @Test("A crash-looping pod is Running, not ready, and tells its last exit")
  func crashLoop() throws {
    let pod: Pod = try object("12", "crashloop")
    #expect(pod.status.phase == "Running")
    #expect(!pod.isReady)
    let container = try #require(pod.status.containerStatuses.first)
    #expect(container.state.waiting?.reason == "CrashLoopBackOff")
    #expect(container.lastState.terminated?.exitCode == 1)
    #expect(container.restartCount == 3)
    #expect(pod.metadata.controller?.kind == "ReplicaSet")
  }

  @Test("OOMKilled is found in the last state")
  func outOfMemory() throws {
    let pod: Pod = try object("12", "oom")
    #expect(pod.status.containerStatuses.first?.lastState.terminated?.reason == "OOMKilled")
  }

  @Test("A failing init container has its own status")
  func initContainer() throws {
    let pod: Pod = try object("12", "initcrash")
    #expect(pod.status.initContainerStatuses.map(\.name) == ["migrate"])
    #expect(pod.status.containerStatuses.first?.state.waiting?.reason == "PodInitializing")
  }

  /// Some recordings ask for one object, some for a list with one entry.
  private func object<Object: Resource>(_ number: String, _ name: String) throws -> Object {
    let exchange = try Recordings.exchange(number, name)
    if exchange.kind?.hasSuffix("List") == true {
      return try #require(try Answer.decode(ResourcePage<Object>.self, from: exchange.body).items.first)
    }
    return try Answer.decode(Object.self, from: exchange.body)
  }

  @Test("Events of the scheduler and of the kubelet both tell when they were seen and by whom")
  func events() throws {
    let page = try Answer.decode(ResourcePage<Event>.self, from: Recordings.exchange("05", "events-pod").body)
    #expect(page.items.count > 3)
    #expect(page.items.allSatisfy { $0.lastSeen != nil && $0.reporter?.isEmpty == false })
    #expect(page.items.contains { $0.reporter == "default-scheduler" && $0.lastTimestamp == nil })
    #expect(page.items.contains { $0.reason == "BackOff" && $0.occurrences > 1 })
  }

  @Test("A Deployment's edits tell a person's change of the spec from the controller's of the status")
  func edits() throws {
    let deployment: Deployment = try object("05", "progressing")
    #expect(deployment.edits.contains { $0.manager == "recorder" && $0.touchesSpec })
    #expect(
      deployment.edits.contains { $0.manager == "kube-controller-manager" && !$0.touchesSpec && $0.subresource == "status" })
  }

  @Test("A Deployment and its current ReplicaSet have the same digest input; another revision has another")
  func templateDigest() throws {
    let deployment: Deployment = try object("05", "progress-deadline-exceeded")
    let sets = try Answer.decode(ResourcePage<ReplicaSet>.self, from: Recordings.exchange("05", "replicasets").body).items
    let current = try #require(sets.max { ($0.revision ?? 0) < ($1.revision ?? 0) })
    let older = try #require(sets.min { ($0.revision ?? 0) < ($1.revision ?? 0) })
    #expect(current.spec.template.metadata.labels[PodTemplate.hashLabel] != nil)
    #expect(deployment.spec.template.digestInput == current.spec.template.digestInput)
    #expect(deployment.spec.template.digestInput != older.spec.template.digestInput)
  }

  @Test("A genuine token names its user; a refused one has no user")
  func tokenReviews() throws {
    let valid = try Answer.decode(TokenReview.self, from: Recordings.exchange("01", "token-review-valid").body)
    #expect(valid.user?.username == "system:serviceaccount:shop:ai-sre-agent")
    #expect(valid.audiences == ["ai-sre"])
    for name in ["token-review-wrong-audience", "token-review-garbage", "token-review-broken-signature"] {
      let refused = try Answer.decode(TokenReview.self, from: Recordings.exchange("01", name).body)
      #expect(refused.user == nil, "\(name)")
      #expect(refused.error != nil, "\(name)")
    }
  }
}
