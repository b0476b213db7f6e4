public import Kubernetes
public import Wire

/// Every call that an agent makes. The agent's client refuses a call that is not here, and `sre-agent rbac` prints the Role from
/// it, so that the Role, the list and the code are one.
public struct Rights: Sendable, Hashable {
  public let scope: AgentScope
  public let all: [Right]

  /// - Parameter actions: what the agent may do; a read-only agent has none.
  public init(scope: AgentScope, actions: Set<Action>) {
    self.scope = scope
    let table =
      switch scope {
      case .namespace: Self.own + Self.namespaced
      case .cluster: Self.own + Self.clusterWide
      }
    all = table.filter { right in if case .action(let action) = right.need { actions.contains(action) } else { true } }
  }

  public func permit(_ call: APICall) -> Bool {
    isQuestion(call) || all.contains { $0.covers(call) && holds($0, for: call) }
  }

  /// May I? Everybody who is logged in may ask that, without a rule in any Role.
  private func isQuestion(_ call: APICall) -> Bool {
    call.verb == .create && call.group == "authorization.k8s.io" && call.resource == "selfsubjectaccessreviews"
  }

  /// The agent's own objects are in its home, whatever it looks after.
  func isOwn(_ right: Right) -> Bool { Self.own.contains(right) }

  private func holds(_ right: Right, for call: APICall) -> Bool {
    switch scope {
    case .namespace(let name): call.namespace == name
    case .cluster(let home): !isOwn(right) || call.namespace == home
    }
  }
}

extension Rights {
  private static let own: [Right] = [
    Right([.get], "configmaps", names: [LocalRules.configMapName], for: .always, to: "read the team's stop switch and freeze"),
    Right([.get, .update], "configmaps", names: [JournalStore.name], for: .always, to: "keep the journal of what it did"),
    Right([.create], "configmaps", for: .always, to: "begin the journal, and keep what it deletes"),
  ]

  private static let read: [APICall.Verb] = [.get, .list]
  private static let watch: [APICall.Verb] = [.get, .list, .watch]

  private static let namespaced: [Right] = [
    Right(watch, "pods", for: .always, to: "see pods and their states"),
    Right([.get], "pods/log", for: .always, to: "read the last lines of failing containers"),
    Right([.list, .watch], "events", for: .always, to: "see what Kubernetes says of them"),
    Right(watch, "deployments", group: "apps", for: .always, to: "know workloads, their state and their spec"),
    Right(watch, "replicasets", group: "apps", for: .always, to: "know revisions and owners"),
    Right(watch, "statefulsets", group: "apps", for: .evidence, to: "know workloads, their state and their spec"),
    Right(watch, "daemonsets", group: "apps", for: .evidence, to: "know workloads, their state and their spec"),
    Right(watch, "jobs", group: "batch", for: .evidence, to: "know jobs and how they ended"),
    Right([.get], "namespaces", for: .always, to: "read the freeze that its own Namespace declares"),
    Right(read, "cronjobs", group: "batch", for: .evidence, to: "know when jobs run again"),
    Right(read, "controllerrevisions", group: "apps", for: .evidence, to: "see what changed in StatefulSets and DaemonSets"),
    Right(read, "services", for: .evidence, to: "find dependencies"),
    Right(read, "endpointslices", group: "discovery.k8s.io", for: .evidence, to: "see whether services have endpoints"),
    Right(read, "horizontalpodautoscalers", group: "autoscaling", for: .evidence, to: "know what scales a workload"),
    Right(read, "poddisruptionbudgets", group: "policy", for: .evidence, to: "know what may be evicted"),
    Right(read, "resourcequotas", for: .evidence, to: "see whether a quota is used up"),
    Right(read, "persistentvolumeclaims", for: .evidence, to: "see whether volumes are bound"),
    Right(read, "configmaps", for: .evidence, to: "see whether configuration exists and when it changed"),
    Right(read, "networkpolicies", group: "networking.k8s.io", for: .evidence, to: "see what traffic is denied"),
    Right(read, "pods", group: "metrics.k8s.io", for: .evidence, to: "see CPU and memory in use"),
    Right(read, "externalsecrets", group: "external-secrets.io", for: .evidence, to: "see whether secrets were renewed"),
    Right(read, "certificates", group: "cert-manager.io", for: .evidence, to: "see whether certificates are valid"),
    Right(read, "scaledobjects", group: "keda.sh", for: .evidence, to: "know what scales a workload"),
    Right(read, "applications", group: "argoproj.io", for: .evidence, to: "see what GitOps is doing"),
    Right(read, "rollouts", group: "argoproj.io", for: .evidence, to: "see what rolls a workload out"),
    Right(read, "kustomizations", group: "kustomize.toolkit.fluxcd.io", for: .evidence, to: "see what GitOps is doing"),
    Right(read, "helmreleases", group: "helm.toolkit.fluxcd.io", for: .evidence, to: "see what GitOps is doing"),
    Right([.patch], "deployments", group: "apps", for: .action(.restartDeployment), to: "restart a Deployment"),
    Right([.patch], "statefulsets", group: "apps", for: .action(.restartStatefulSet), to: "restart a StatefulSet"),
    Right([.patch], "daemonsets", group: "apps", for: .action(.restartDaemonSet), to: "restart a DaemonSet"),
    Right([.get, .patch], "deployments/scale", group: "apps", for: .action(.scaleDeployment), to: "scale a Deployment"),
    Right([.create], "pods/eviction", for: .action(.deletePod), to: "evict a pod within its disruption budgets"),
    Right([.patch], "deployments", group: "apps", for: .action(.rollbackDeployment), to: "roll a Deployment back"),
    Right([.delete], "deployments", group: "apps", for: .action(.deleteDeployment), to: "delete a Deployment"),
    Right(
      [.patch], "horizontalpodautoscalers", group: "autoscaling", for: .action(.raiseHPAMax), to: "raise an autoscaler's ceiling"),
    Right([.get], "configmaps", names: ["ai-sre-exec"], for: .action(.execPod), to: "read the team's list of commands"),
    Right([.get, .create], "pods/exec", for: .action(.execPod), to: "run a command of that list"),
  ]

  private static let clusterWide: [Right] = [
    Right(watch, "nodes", for: .always, to: "see nodes and their conditions"),
    Right([.get, .list, .watch], "namespaces", for: .always, to: "know namespaces, those without an agent too"),
    Right(watch, "pods", for: .always, to: "see what fails on a node"),
    Right([.list, .watch], "events", for: .evidence, to: "see what Kubernetes says of nodes"),
    Right(read, "nodes", group: "metrics.k8s.io", for: .evidence, to: "see CPU and memory in use"),
    Right([.patch], "nodes", for: .action(.cordonNode), to: "cordon a node"),
    Right([.patch], "nodes", for: .action(.uncordonNode), to: "uncordon a node"),
    Right([.patch], "nodes", for: .action(.drainNode), to: "cordon a node before it is drained"),
    Right([.create], "pods/eviction", for: .action(.drainNode), to: "evict the pods of a node within their disruption budgets"),
  ]
}
