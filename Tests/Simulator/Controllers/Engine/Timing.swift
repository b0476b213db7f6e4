/// How long things take in the simulated cluster, in simulated seconds.
public struct Timing: Sendable, Hashable {
  /// From a change to the controller that reacts to it.
  public var controllerDelay = 0.02
  /// From a pod's creation to its binding.
  public var scheduling = 0.03
  /// From the binding to the kubelet's first status.
  public var kubeletSync = 0.05
  /// From the kubelet's first status to a network for the pod.
  public var sandbox = 0.6
  /// Pulling an image that the node does not have.
  public var imagePull = 1.5
  /// From a start to the first passed readiness probe, beside its initialDelaySeconds.
  public var readiness = 1.0
  /// From SIGTERM to the end of a well-behaved program.
  public var shutdown = 1.0
  /// How long a container shows as terminated until the kubelet restarts it or backs off.
  public var exitNotice = 1.0
  /// The first back-off of a crash loop; it doubles up to ``longestBackOff`` (kubelet's MaxContainerBackOff).
  public var firstBackOff = 10.0
  /// The longest back-off.
  public var longestBackOff = 300.0
  /// How often the kubelet says again that it is backing off.
  public var backOffReminder = 12.0
  /// How often the kubelet tries again to make a container whose configuration is wrong.
  public var configRetry = 10.0
  /// How long the program of a Job or another pod that is not restarted for ever runs.
  public var jobRun = 2.0
  /// The Job controller looks at finished pods once in so many seconds.
  public var jobBatch = 1.0
  /// From a change in the cluster to the next try of a pod that did not fit.
  public var schedulingRetry = 1.0
  /// From a claim to its volume.
  public var provisioning = 0.5
  /// From a node's deletion to that of its pods.
  public var orphanPatience = 50.0
  /// How often the pod garbage collector looks.
  public var garbageInterval = 20.0
  /// How long events are kept (the API server's --event-ttl).
  public var eventLifetime = 3600.0

  /// The timing of an ordinary cluster.
  public init() {}
}
