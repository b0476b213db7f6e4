import Kubernetes
import Wire

/// Custom resources as facts. Pure.
struct CustomResourceFacts: Sendable {
  let text: SafeText

  func fact(_ custom: FoundCustom) -> CustomResourceFact {
    let (spec, status) = (custom.object.spec, custom.object.status)
    let members: [(String, JSONValue?)] =
      switch custom.kind {
      case .externalSecret:
        [
          ("target", spec["target"]?["name"]), ("store", spec["secretStoreRef"]?["name"]),
          ("refreshInterval", spec["refreshInterval"]),
          ("refreshTime", status["refreshTime"]),
        ]
      case .certificate:
        [
          ("secret", spec["secretName"]), ("issuer", spec["issuerRef"]?["name"]), ("dnsNames", spec["dnsNames"]),
          ("notBefore", status["notBefore"]), ("notAfter", status["notAfter"]), ("renewalTime", status["renewalTime"]),
          ("lastFailureTime", status["lastFailureTime"]), ("failedIssuanceAttempts", status["failedIssuanceAttempts"]),
        ]
      case .scaledObject:
        [
          ("minReplicas", spec["minReplicaCount"]), ("maxReplicas", spec["maxReplicaCount"]), ("hpa", status["hpaName"]),
          ("lastActiveTime", status["lastActiveTime"]), ("pausedReplicas", status["pausedReplicaCount"]),
        ]
      case .application:
        [
          ("sync", status["sync"]?["status"]), ("revision", status["sync"]?["revision"]), ("health", status["health"]?["status"]),
          ("operation", status["operationState"]?["phase"]), ("operationMessage", status["operationState"]?["message"]),
          ("selfHeal", spec["syncPolicy"]?["automated"]?["selfHeal"]), ("reconciledAt", status["reconciledAt"]),
        ]
      case .kustomization, .helmRelease:
        [
          ("suspend", spec["suspend"]), ("applied", status["lastAppliedRevision"]),
          ("attempted", status["lastAttemptedRevision"]),
          ("interval", spec["interval"]),
        ]
      case .rollout:
        [("phase", status["phase"]), ("message", status["message"]), ("abort", status["abort"]), ("paused", spec["paused"])]
      }
    var summary: [String: String] = [:]
    for (name, value) in members {
      guard let value, value != .null else { continue }
      summary[name] = text.value(Self.written(value))
    }
    return CustomResourceFact(
      kind: custom.kind.rawValue, name: custom.object.metadata.name, namespace: custom.object.metadata.namespace ?? "",
      conditions: custom.object.conditions.map(text.condition), summary: summary)
  }

  private static func written(_ value: JSONValue) -> String {
    value.stringValue ?? String(decoding: value.canonicalJSON.prefix(2 * EvidenceLimits.valueLength), as: UTF8.self)
  }
}

extension FoundCustom {
  /// The Secret that it writes.
  var madeSecret: String? {
    switch kind {
    case .externalSecret: object.spec["target"]?["name"]?.stringValue ?? object.metadata.name
    case .certificate: object.spec["secretName"]?.stringValue
    default: nil
    }
  }

  /// Whether it has to do with the subject: it makes one of its Secrets, scales or owns it, is named by the alert, or is ill
  /// itself.
  func concerns(_ subject: Subject, secrets: Set<String>, gitOps: String?) -> Bool {
    let name = object.metadata.name
    if subject.hints[kind.rawValue].contains(name) { return true }
    if let madeSecret, secrets.contains(madeSecret) { return true }
    switch kind {
    case .externalSecret, .certificate: return object.conditions.first(type: "Ready")?.isTrue == false
    case .scaledObject: return object.spec["scaleTargetRef"]?["name"]?.stringValue == subject.workload?.metadata.name
    case .application: return gitOps == "argocd:\(name)" || gitOps == nil && object.conditions.contains { !$0.isTrue }
    case .kustomization, .helmRelease: return gitOps == "flux:\(name)" || object.conditions.first(type: "Ready")?.isTrue == false
    case .rollout: return subject.workload?.metadata.controller?.name == name
    }
  }
}
