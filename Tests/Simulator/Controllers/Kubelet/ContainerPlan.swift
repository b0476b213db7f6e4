/// How a container's next run will go.
struct ContainerPlan: Sendable, Equatable {
  enum Probe: Sendable, Equatable {
    case passes(after: Double)
    /// Never becomes ready; the kubelet says so each period.
    case readinessFails(period: Double)
    /// Fails the liveness probe from the start: killed after three periods.
    case livenessFails(period: Double)
    /// Connections are refused until so many seconds after the start; the kubelet says so every ten seconds.
    case refuses(until: Double)
  }

  /// The image cannot be pulled, with the runtime's words.
  var pullError: String?
  /// The container cannot be made, in the kubelet's words.
  var configError: String?
  /// The program cannot be started, in the runtime's words.
  var startError: String?
  /// The image is on the node.
  var imagePresent = true
  /// The run ends by itself; `nil` runs on.
  var exit: Exit?
  var probe = Probe.passes(after: 0)
  /// What the run writes.
  var log = LogPlan()

  struct Exit: Sendable, Equatable {
    var after: Double
    var code: Int
    var reason: String
  }
}

/// How a run ended.
struct Termination: Sendable, Equatable {
  var exitCode: Int
  var reason: String
  var startedAt: Timestamp
  var finishedAt: Timestamp
  var containerID: String
  /// Set when the program could not even be started.
  var message: String?
}
