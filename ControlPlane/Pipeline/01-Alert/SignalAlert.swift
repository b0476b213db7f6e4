public import Wire

extension Alert {
  /// What an agent saw, as an alert of this product's own. Its key is made of namespace, workload (or pod), kind and beginning, so that a
  /// report that is sent again, or a restart of either side, makes no other alert of it.
  public init(_ signal: Signal, in namespace: String) {
    let place = signal.workload.map { "\($0.kind)/\($0.name)" } ?? signal.pod.map { "Pod/\($0)" } ?? ""
    var labels = [
      "alertname": signal.kind.alertName, "severity": signal.kind.severity, "namespace": namespace,
      "source": Source.signal.rawValue,
    ]
    labels["pod"] = signal.pod
    labels["container"] = signal.container
    if let workload = signal.workload { labels[workload.kind.lowercased()] = workload.name }
    let count = signal.pods > 1 ? " (\(signal.pods) pods)" : ""
    self.init(
      status: .firing, labels: labels, annotations: ["description": String(signal.message.prefix(1000)) + count],
      startsAt: signal.since, fingerprint: "signal:\(namespace)/\(place)/\(signal.kind.rawValue)", source: .signal)
  }
}

extension Opening {
  /// The agent has followed the owner references already, within the one namespace that it sees.
  public init(_ signal: Signal, in namespace: String) {
    self.init(
      alert: Alert(signal, in: namespace),
      subject: Subject(namespace: namespace, workload: signal.workload, pods: [signal.pod].compactMap(\.self)))
  }
}

extension Signal.Kind {
  /// The original document's names, where it has one.
  public var alertName: String {
    switch self {
    case .crashLoopBackOff: "PodCrashLoopBackOff"
    case .oomKilled: "PodOOMKilled"
    case .imagePullBackOff: "ImagePullBackOff"
    case .configError: "PodCreateContainerConfigError"
    case .unschedulable: "PodUnschedulable"
    case .stuckTerminating: "PodStuckTerminating"
    case .rolloutStuck: "RolloutStuck"
    }
  }

  var severity: String {
    switch self {
    case .crashLoopBackOff, .oomKilled, .configError: "critical"
    case .imagePullBackOff, .unschedulable, .stuckTerminating, .rolloutStuck: "warning"
    }
  }
}

/// One report of an agent: everything that is wrong in its namespace now.
public struct SignalDelivery: Sendable, Hashable {
  public let namespace: String
  public let boot: String
  public let revision: Int64
  public let firing: [Opening]
  /// False when some did not fit: what is not in the list may still be wrong.
  public let isComplete: Bool

  public init(_ report: SignalReport, from namespace: String) {
    self.namespace = namespace
    boot = report.boot
    revision = report.revision
    firing = report.signals.map { Opening($0, in: namespace) }
    isComplete = report.omitted == 0
  }
}

/// Why a report of signals was refused.
public enum SignalError: Error, Sendable, Equatable {
  case tooMany(Int)
  case invalid(String)
}

extension SignalReport {
  /// - Throws: for more signals than a report may have, and for names that are none.
  public func validate() throws(SignalError) {
    guard signals.count <= Self.limit else { throw .tooMany(signals.count) }
    guard revision > 0, omitted >= 0 else { throw .invalid("revision and omitted") }
    for signal in signals {
      let names = [signal.pod, signal.workload?.name].compactMap(\.self)
      guard !names.isEmpty, names.allSatisfy(ObjectHints.isName) else { throw .invalid("the name of a pod or workload") }
      guard signal.message.utf8.count <= 4096, (signal.container ?? "").utf8.count <= 253,
        (signal.workload?.kind ?? "").utf8.count <= 64
      else { throw .invalid("a message, container or kind that is too long") }
    }
  }
}

extension SignalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooMany(let count): "\(count) signals in one report, at most \(SignalReport.limit) expected"
    case .invalid(let what): "not a valid report: \(what)"
    }
  }
}
