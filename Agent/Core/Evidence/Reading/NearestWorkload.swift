import Kubernetes

/// Which workload a Service is meant for whose selector matches no pod. Pure.
enum NearestWorkload {
  /// The one whose template carries the most of the selector's labels; nil where none carries one, or several as many.
  static func find(_ workloads: [Workload], selector: [String: String]) -> Workload? {
    let matches = workloads.map { workload in
      let labels = workload.template?.metadata.labels ?? [:]
      return (workload: workload, count: selector.count { labels[$0.key] == $0.value })
    }
    guard let most = matches.map(\.count).max(), most > 0 else { return nil }
    let nearest = matches.filter { $0.count == most }
    return nearest.count == 1 ? nearest[0].workload : nil
  }
}
