import Wire

/// The objects that an alert's labels name, as hints for the agent, who looks whether they exist. Labels of exporters are among them.
enum ObjectHints {
  /// Labels as kube-state-metrics, cert-manager and the kubelet write them, most telling first.
  private static let labels = [
    ("persistentvolumeclaim", "PersistentVolumeClaim"), ("horizontalpodautoscaler", "HorizontalPodAutoscaler"),
    ("hpa", "HorizontalPodAutoscaler"), ("scaledobject", "ScaledObject"), ("job_name", "Job"), ("cronjob", "CronJob"),
    ("statefulset", "StatefulSet"), ("daemonset", "DaemonSet"), ("deployment", "Deployment"), ("replicaset", "ReplicaSet"),
    ("certificate", "Certificate"), ("poddisruptionbudget", "PodDisruptionBudget"), ("resourcequota", "ResourceQuota"),
    ("ingress", "Ingress"), ("node", "Node"), ("service", "Service"),
  ]

  static func of(_ alert: Alert) -> [String] {
    var hints: [String] = []
    for (label, kind) in labels {
      guard let name = alert.label(label), isName(name) else { continue }
      hints.append("\(kind)/\(name)")
    }
    // cert-manager writes the certificate's name as plain `name`, beside its issuer's.
    if alert.label("issuer_name") != nil, let name = alert.label("name"), isName(name) {
      hints.insert("Certificate/\(name)", at: 0)
    }
    return Array(hints.prefix(Subject.objectLimit))
  }

  /// What can be an object's name at all (RFC 1123 subdomain).
  static func isName(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
  }
}

extension Alert {
  /// Where Prometheus does not honour an exporter's labels, those of the object are `exported_…`, and the plain ones are the exporter's
  /// own.
  func label(_ name: String) -> String? {
    let value = labels["exported_" + name] ?? labels[name]
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }
}
