import Kubernetes
import Redaction
import Wire

/// A Deployment and its revisions as facts. Pure.
struct WorkloadFacts: Sendable {
  let redactor: Redactor

  func fact(_ deployment: Deployment, freezeUntil: Timestamp?) -> WorkloadFact {
    let metadata = deployment.metadata
    let progressing = deployment.status.conditions.first(type: "Progressing")
    return WorkloadFact(
      target: Target(
        apiVersion: Deployment.type.apiVersion, kind: Deployment.type.kind, namespace: metadata.namespace ?? "",
        name: metadata.name, uid: metadata.uid),
      createdAt: metadata.creationTimestamp.map { Timestamp($0) }, desired: deployment.spec.replicas,
      ready: deployment.status.readyReplicas, available: deployment.status.availableReplicas,
      updated: deployment.status.updatedReplicas, generation: metadata.generation ?? 0,
      observedGeneration: deployment.status.observedGeneration ?? 0, paused: deployment.spec.paused,
      strategy: deployment.spec.strategy, templateDigest: TemplateDigest.of(deployment.spec.template),
      revision: metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) },
      progressing: progressing.map { [$0.status, $0.reason].compactMap { $0 }.joined(separator: " ") },
      gitOps: GitOps.owner(of: metadata), auto: metadata.annotations[DeploymentRestart.autoAnnotation],
      lastEdit: lastEdit(deployment.edits), freezeUntil: freezeUntil)
  }

  /// Newest revision first, each with what changed since the one before it.
  func revisions(of deployment: Deployment, among sets: [ReplicaSet]) -> [(RevisionFact, ReplicaSet)] {
    let owned = sets.compactMap { set -> (Int, ReplicaSet)? in
      guard set.metadata.controller?.uid == deployment.metadata.uid, let revision = set.revision else { return nil }
      return (revision, set)
    }.sorted { $0.0 > $1.0 }
    let current = deployment.metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } ?? owned.first?.0
    return owned.prefix(EvidenceLimits.revisions).enumerated().map { index, item in
      let (revision, set) = item
      let older = index + 1 < owned.count ? owned[index + 1].1 : nil
      let containers = set.spec.template.spec.containers
      let fact = RevisionFact(
        revision: revision, name: set.metadata.name,
        createdAt: set.metadata.creationTimestamp.map { Timestamp($0) } ?? Timestamp(milliseconds: 0),
        desired: set.spec.replicas, ready: set.status.readyReplicas, available: set.status.availableReplicas,
        current: revision == current,
        images: Dictionary(containers.map { ($0.name, $0.image) }, uniquingKeysWith: { first, _ in first }),
        changes: older.map { TemplateChanges(redactor: redactor).between($0.spec.template, set.spec.template) } ?? [])
      return (fact, set)
    }
  }

  private func lastEdit(_ edits: [FieldEdit]) -> WorkloadFact.Edit? {
    edits.compactMap { edit -> WorkloadFact.Edit? in
      guard edit.touchesSpec, edit.subresource == nil, !Self.isController(edit.manager), let time = edit.time else { return nil }
      return WorkloadFact.Edit(manager: edit.manager, at: Timestamp(time))
    }.max { $0.at < $1.at }
  }

  /// Names that Kubernetes, autoscalers, GitOps controllers and this agent write under.
  private static func isController(_ manager: String) -> Bool {
    let name = manager.lowercased()
    return name.hasSuffix("controller") || name.hasSuffix("controller-manager") || name.contains("autoscaler")
      || name.hasPrefix("keda") || name.hasPrefix("ai-sre") || name == "vpa-updater"
  }
}

/// Who keeps an object as a Git repository says.
enum GitOps {
  /// `argocd:APPLICATION`, `flux:KUSTOMIZATION` or `flux:HELMRELEASE`; nil when nobody does.
  static func owner(of metadata: ObjectMetadata) -> String? {
    if let tracking = metadata.annotations["argocd.argoproj.io/tracking-id"] {
      return "argocd:" + tracking.prefix { $0 != ":" }
    }
    if let instance = metadata.labels["argocd.argoproj.io/instance"] { return "argocd:" + instance }
    let flux = metadata.labels["kustomize.toolkit.fluxcd.io/name"] ?? metadata.labels["helm.toolkit.fluxcd.io/name"]
    return flux.map { "flux:" + $0 }
  }
}
