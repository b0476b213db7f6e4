import Kubernetes

/// The custom resources that evidence knows, by the groups that serve them.
enum CustomKind: String, Sendable, CaseIterable {
  case externalSecret = "ExternalSecret"
  case certificate = "Certificate"
  case scaledObject = "ScaledObject"
  case application = "Application"
  case kustomization = "Kustomization"
  case helmRelease = "HelmRelease"
  case rollout = "Rollout"

  var group: String {
    switch self {
    case .externalSecret: "external-secrets.io"
    case .certificate: "cert-manager.io"
    case .scaledObject: "keda.sh"
    case .application, .rollout: "argoproj.io"
    case .kustomization: "kustomize.toolkit.fluxcd.io"
    case .helmRelease: "helm.toolkit.fluxcd.io"
    }
  }

  var plural: String { rawValue.lowercased() + "s" }

  /// Where the server offers it, when it does.
  func type(among groups: [APIGroup]) -> ResourceType? {
    groups.first { $0.name == group }.map { ResourceType(apiVersion: $0.preferredVersion, kind: rawValue, plural: plural) }
  }
}
