import Kubernetes
import Redaction
import Wire

/// A workload of any kind as a fact. Pure.
struct WorkloadFacts: Sendable {
  let text: SafeText

  func fact(_ workload: Workload, freezeUntil: Timestamp?) -> WorkloadFact {
    let metadata = workload.metadata
    let progressing = workload.conditions.first(type: "Progressing")
    return WorkloadFact(
      target: Target(
        apiVersion: workload.type.apiVersion, kind: workload.type.kind, namespace: metadata.namespace ?? "",
        name: metadata.name, uid: metadata.uid),
      createdAt: metadata.creationTimestamp.map { Timestamp($0) }, desired: workload.counts.desired,
      ready: workload.counts.ready, available: workload.counts.available, updated: workload.counts.updated,
      generation: metadata.generation ?? 0,
      // Jobs and bare pods have none: nothing lags behind there.
      observedGeneration: workload.observedGeneration ?? (Self.observes(workload) ? 0 : metadata.generation ?? 0),
      paused: workload.paused, strategy: workload.strategy, templateDigest: digest(workload),
      revision: metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) },
      progressing: progressing.map { text.message([$0.status, $0.reason].compactMap { $0 }.joined(separator: " ")) },
      gitOps: GitOps.owner(of: metadata).map(text.value),
      auto: metadata.annotations[AutoAnnotation.name].map(text.value),
      lastEdit: lastEdit(workload.edits), freezeUntil: freezeUntil, conditions: workload.conditions.map(text.condition),
      template: workload.template.map { TemplateFacts(text: text).fact($0) }, currentRevisionName: workload.currentRevision,
      updateRevisionName: workload.updateRevision,
      owner: workload.foreignOwner.map { WorkloadName(kind: $0.kind, name: $0.name) }, labels: text.map(metadata.labels))
  }

  private static func observes(_ workload: Workload) -> Bool {
    [Deployment.type, StatefulSet.type, DaemonSet.type].contains(workload.type)
  }

  private func digest(_ workload: Workload) -> String? {
    workload.type == Pod.type ? nil : workload.template.map { TemplateDigest.of($0) }
  }

  private func lastEdit(_ edits: [FieldEdit]) -> WorkloadFact.Edit? {
    edits.compactMap { edit -> WorkloadFact.Edit? in
      guard edit.touchesSpec, edit.subresource == nil, !FieldManager.isController(edit.manager), let time = edit.time else {
        return nil
      }
      return WorkloadFact.Edit(manager: text.value(edit.manager), at: Timestamp(time))
    }.max { $0.at < $1.at }
  }
}

enum FieldManager {
  /// Names that Kubernetes, autoscalers, GitOps controllers and this agent write under.
  static func isController(_ manager: String) -> Bool {
    let name = manager.lowercased()
    return name.hasSuffix("controller") || name.hasSuffix("controller-manager") || name.contains("autoscaler")
      || name.hasPrefix("keda") || name.hasPrefix("ai-sre") || name == "vpa-updater"
  }
}

extension [FieldEdit] {
  /// The last write of the object itself, by whomever.
  var last: (manager: String, at: Timestamp)? {
    compactMap { edit in
      guard edit.subresource == nil, let time = edit.time else { return nil }
      return (edit.manager, Timestamp(time))
    }.max { $0.at < $1.at }
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
