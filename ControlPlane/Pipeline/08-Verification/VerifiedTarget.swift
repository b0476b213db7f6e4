import Wire

extension Order {
  /// What the agent is asked to watch. It follows an evicted pod to its workload and an autoscaler to what it scales; only a pod in which a
  /// command ran stays where it is, so its workload is named.
  func verifiedTarget(_ evidence: Evidence?) -> Target {
    action == .execPod ? evidence?.workload?.fact.target ?? target : target
  }
}

extension Action {
  /// Keeps trouble from spreading and heals nothing: a node that stays ill after it is no reason to let pods back on it.
  var isContainment: Bool { self == .cordonNode || self == .drainNode }
}
