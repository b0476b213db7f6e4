import Kubernetes
import Logging
import Wire

/// Every watch of an agent, by its scope.
struct Watchers: Sendable {
  let client: KubernetesClient
  let scope: AgentScope
  let view: LiveNamespace
  let clock: any WallClock
  let logger: Logger

  private let pool = StringPool()

  init(client: KubernetesClient, scope: AgentScope, view: LiveNamespace, clock: any WallClock, logger: Logger) {
    self.client = client
    self.scope = scope
    self.view = view
    self.clock = clock
    self.logger = logger
  }

  /// Runs until its task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      switch scope {
      case .namespace(let name): addNamespaceWatches(of: name, to: &group)
      case .cluster: addClusterWatches(to: &group)
      }
    }
  }

  private func addNamespaceWatches(of namespace: String, to group: inout TaskGroup<Void>) {
    let (view, clock, pool) = (view, clock, pool)
    add(to: &group, in: namespace, { (pod: WatchedPod) in CachedPod(pod, sharing: pool) }) {
      await view.receive($0, at: clock.now)
    }
    add(to: &group, in: namespace, { (set: ReplicaSetSummary) in CachedReplicaSet(set, sharing: pool) }) {
      await view.receive($0, at: clock.now)
    }
    addWorkloads(DeploymentKind.self, in: namespace, to: &group)
    addWorkloads(StatefulSetKind.self, in: namespace, to: &group)
    addWorkloads(DaemonSetKind.self, in: namespace, to: &group)
    addWorkloads(JobKind.self, in: namespace, to: &group)
    add(
      to: &group, in: namespace, options: ListOptions(maximumItems: 10 * EventBook.limit, truncates: true),
      bringsBookmarks: false, { (event: Event) in EventBook.Entry(event) }
    ) { await view.receive($0) }
  }

  private func addWorkloads<Kind: WorkloadKind>(_ kind: Kind.Type, in namespace: String, to group: inout TaskGroup<Void>) {
    let (view, clock, pool) = (view, clock, pool)
    add(to: &group, in: namespace, { (workload: WatchedWorkload<Kind>) in CachedWorkload(workload, sharing: pool) }) {
      await view.receive($0, of: Kind.type.kind, at: clock.now)
    }
  }

  private func addClusterWatches(to group: inout TaskGroup<Void>) {
    let (view, clock, pool) = (view, clock, pool)
    add(to: &group, { (node: WatchedNode) in CachedNode(node) }) { await view.receive($0, at: clock.now) }
    add(to: &group, { (namespace: Namespace) in CachedNamespace(namespace) }) { await view.receive($0, at: clock.now) }
    add(
      to: &group, options: ListOptions(maximumItems: Self.clusterPods),
      { (pod: WatchedPod) in CachedPlacement(pod, sharing: pool) }
    ) { await view.receive($0, at: clock.now) }
  }

  /// Kubernetes supports 150,000 pods in a cluster.
  private static let clusterPods = 200_000

  private func add<Object: Resource, Entry: Sendable>(
    to group: inout TaskGroup<Void>, in namespace: String? = nil, options: ListOptions = ListOptions(),
    bringsBookmarks: Bool = true, _ shrink: @escaping @Sendable (Object) -> Entry,
    _ receive: @escaping @Sendable (ResourceChange<Entry>) async -> Void
  ) {
    let watcher = ResourceWatcher(
      client: client, namespace: namespace, options: options, bringsBookmarks: bringsBookmarks, clock: clock, logger: logger,
      namespaceView: view, shrink: shrink, receive: receive)
    group.addTask { await watcher.run() }
  }
}
