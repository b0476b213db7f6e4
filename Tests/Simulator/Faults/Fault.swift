/// Something that goes wrong in the pods of a workload. A fault never edits a spec: it changes how containers behave.
public struct Fault: Sendable, Hashable {
  /// What goes wrong.
  public enum Kind: Sendable, Hashable {
    /// Every run writes `logs` and exits with `exitCode` after `runsFor` seconds.
    case crashLoop(logs: [String], exitCode: Int = 1, runsFor: Double = 1.5)
    /// Every run is killed with 137 OOMKilled after `runsFor` seconds.
    case oomKill(logs: [String] = [], runsFor: Double = 8)
    /// The image of new pods cannot be pulled; `message` is the container runtime's, `nil` for "not found".
    case imagePull(message: String? = nil)
    /// The liveness probe fails: killed after three periods, then a crash loop.
    case livenessFailure(logs: [String] = [], period: Double = 10)
    /// The container runs but never becomes ready.
    case readinessFailure(logs: [String] = [], period: Double = 10)
    /// Connections to the readiness probe are refused for so many seconds of each run.
    case slowStart(seconds: Double, logs: [String] = [])
    /// The container cannot be made (CreateContainerConfigError); `message` is the kubelet's.
    case configError(message: String? = nil)
    /// The program cannot be started (RunContainerError, exit code 128); `message` is the container runtime's.
    case runError(message: String? = nil)
    /// A volume of new pods cannot be mounted; `message` is the kubelet's.
    case mountFailure(message: String? = nil)
    /// No node takes new pods; `message` is the scheduler's.
    case unschedulable(message: String? = nil)
    /// Pods that are deleted stay Terminating until they are deleted by force.
    case stuckTerminating
    /// Each container uses this much, as metrics.k8s.io tells: `900m`, `1Gi`, or `95%` of the request.
    case usage(cpu: String? = nil, memory: String? = nil)
  }

  /// What makes it go away.
  public enum Healing: Sendable, Hashable {
    /// Pods made after the fault are healthy; those before it stay ill. A restart of the workload helps.
    case onRestart
    /// Only ``SimulatedCluster/removeFault(_:)``.
    case never
    /// By itself, this many simulated seconds after it began; containers are healthy from their next start.
    case after(seconds: Double)
  }

  /// Which pods are meant, of those in the namespace.
  public enum Target: Sendable, Hashable {
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob` or `ReplicaSet` by name.
    case workload(kind: String, name: String)
    case pod(String)
    /// Pods whose labels contain all of these.
    case labels([String: String])

    /// A Deployment's pods.
    public static func deployment(_ name: String) -> Target { .workload(kind: "Deployment", name: name) }
  }

  public var namespace: String
  public var target: Target
  /// The container; `nil` means the first of each pod.
  public var container: String?
  public var kind: Kind
  public var heals: Healing
  /// Crash loops, OOM kills and liveness failures: pods that run at this moment are put where they would be after so many
  /// restarts, waiting in their back-off. 0 lets them crash now for the first time.
  public var restarts: Int

  /// A fault of a Deployment's pods.
  public init(
    namespace: String, deployment: String, container: String? = nil, kind: Kind, heals: Healing = .never, restarts: Int = 0
  ) {
    self.init(
      namespace: namespace, target: .deployment(deployment), container: container, kind: kind, heals: heals, restarts: restarts)
  }

  /// A fault of any pods.
  public init(
    namespace: String, target: Target, container: String? = nil, kind: Kind, heals: Healing = .never, restarts: Int = 0
  ) {
    self.namespace = namespace
    self.target = target
    self.container = container
    self.kind = kind
    self.heals = heals
    self.restarts = restarts
  }
}
