/// What is really looked at for a target.
enum ObservationSubject: Sendable, Hashable {
  case workload(CachedOwner)
  /// The workload of the pod with that uid, which is to go.
  case successors(pod: String, workload: CachedOwner)
  /// A pod that belongs to no workload, or to one that is not watched, and is to go.
  case pod(name: String, uid: String)
  case node(name: String, uid: String)

  var noun: String {
    switch self {
    case .workload, .successors: "workload"
    case .pod: "pod"
    case .node: "node"
    }
  }
}
