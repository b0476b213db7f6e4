import Pipeline
import Wire

extension PastAct {
  /// Nil for an entry in which nothing was done.
  /// - Parameter inventories: what the pods' workloads are looked up in.
  init?(_ entry: Situation.PastEntry, before now: Timestamp, inventories: [String: NamespaceInventory]) {
    guard let action = Action(rawValue: entry.actionTaken) else { return nil }
    let at = now - entry.age
    let alert = Alert(
      status: .firing,
      labels: ["alertname": entry.alertName, "namespace": entry.namespace, "pod": entry.pod, "severity": "warning"],
      annotations: ["description": entry.description], startsAt: at, fingerprint: "past")
    guard let subject = TargetResolution.subject(of: alert, inventories: inventories) else { return nil }
    let workload = subject.workload ?? WorkloadName(kind: action.workloadKind, name: entry.workloadName)
    self.init(
      alertName: entry.alertName, description: entry.description,
      subject: Subject(namespace: entry.namespace, workload: workload, pods: subject.pods), action: action,
      target: Target(apiVersion: "apps/v1", kind: workload.kind, namespace: entry.namespace, name: workload.name, uid: ""),
      verified: entry.verified, at: at)
  }
}

extension Situation.PastEntry {
  /// Of a pod that is gone: a Deployment's pods are named `NAME-HASH-SUFFIX`. What is no pod's name is taken for the workload's.
  fileprivate var workloadName: String {
    let parts = pod.split(separator: "-")
    return parts.count >= 3 ? parts.dropLast(2).joined(separator: "-") : pod
  }
}

extension Action {
  fileprivate var workloadKind: String {
    switch self {
    case .restartStatefulSet: "StatefulSet"
    case .restartDaemonSet: "DaemonSet"
    case .cordonNode, .uncordonNode, .drainNode: "Node"
    case .restartDeployment, .scaleDeployment, .deletePod, .rollbackDeployment, .deleteDeployment, .raiseHPAMax, .execPod:
      "Deployment"
    }
  }
}
