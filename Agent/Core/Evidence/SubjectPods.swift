import Kubernetes
import Wire

/// The pods of a subject, the most telling first. Pure.
struct SubjectPods: Sendable {
  let ranked: [Pod]

  init(of subject: Subject, _ reading: Reading) {
    let owners = Self.owners(subject, reading)
    let listed = reading.pods.filter { pod in
      guard subject.workload != nil else { return true }
      return pod.metadata.controller.map { owners.contains($0.uid) } ?? false
    }
    let known = Set(listed.map(\.metadata.uid))
    let named = Set(subject.pods.map(\.metadata.uid))
    let load = Dictionary(reading.metrics.map { ($0.metadata.name, $0.millicores) }, uniquingKeysWith: { first, _ in first })
    let rank = { (pod: Pod) in (named.contains(pod.metadata.uid) ? 10 : 0) + pod.urgency }
    ranked = (listed + subject.pods.filter { !known.contains($0.metadata.uid) }).sorted { left, right in
      let ranks = (rank(left), rank(right))
      if ranks.0 != ranks.1 { return ranks.0 > ranks.1 }
      let loads = (load[left.metadata.name] ?? 0, load[right.metadata.name] ?? 0)
      return loads.0 == loads.1 ? left.metadata.name < right.metadata.name : loads.0 > loads.1
    }
  }

  /// Uids of what may control a pod of the workload.
  private static func owners(_ subject: Subject, _ reading: Reading) -> Set<String> {
    guard let uid = subject.workload?.metadata.uid else { return [] }
    let sets = reading.replicaSets.filter { $0.metadata.controller?.uid == uid }.map(\.metadata.uid)
    return Set([uid] + sets + reading.jobs.map(\.metadata.uid))
  }
}

extension PodMetrics {
  var millicores: Int {
    containers.reduce(0) { $0 + ($1.usage["cpu"].flatMap { Quantity($0) }?.thousandths ?? 0) }
  }
}
