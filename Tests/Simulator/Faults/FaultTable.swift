/// The faults that are in force.
struct FaultTable: Sendable {
  struct Entry: Sendable {
    let id: String
    let fault: Fault
    let since: Timestamp
    /// The pods that were there when it began.
    let present: Set<String>
  }

  /// A pod as faults look at it.
  struct Pod {
    let namespace: String, name: String, uid: String
    let labels: [String: String]
    let workload: WorkloadName?
    let firstContainer: String?

    init(_ pod: JSONValue, workload: WorkloadName?) {
      (namespace, name, uid, labels) = (pod.namespace, pod.name, pod.uid, pod.labels)
      self.workload = workload
      firstContainer = pod[path: "spec", "containers"]?[0]?["name"]?.string
    }
  }

  var entries: [Entry] = []
  private var serial = 0

  mutating func add(_ fault: Fault, since: Timestamp, present: Set<String>) -> String {
    serial += 1
    let id = "fault-\(serial)"
    entries.append(Entry(id: id, fault: fault, since: since, present: present))
    return id
  }

  /// The latest fault of a container's runs now.
  func fault(for pod: Pod, container: String, now: Timestamp) -> Fault.Kind? {
    entries.last { $0.fault.kind.concernsRuns && $0.concerns(pod, container: container, now: now) }?.fault.kind
  }

  /// What a container is said to use.
  func usage(for pod: Pod, container: String, now: Timestamp) -> (cpu: String?, memory: String?) {
    var result: (cpu: String?, memory: String?)
    for entry in entries {
      guard case .usage(let cpu, let memory) = entry.fault.kind, entry.concerns(pod, container: container, now: now) else {
        continue
      }
      result = (cpu ?? result.cpu, memory ?? result.memory)
    }
    return result
  }

  /// Whether the pod never ends after its deletion.
  func isStuck(_ pod: Pod, now: Timestamp) -> Bool {
    entries.contains { $0.fault.kind == .stuckTerminating && $0.concernsPod(pod, now: now) }
  }

  /// The latest fault that keeps a new pod from starting at all: a mount or the scheduler.
  func podFault(_ pod: Pod, now: Timestamp, _ isMeant: (Fault.Kind) -> Bool) -> Fault.Kind? {
    entries.last { isMeant($0.fault.kind) && $0.concernsPod(pod, now: now) }?.fault.kind
  }
}

extension FaultTable.Entry {
  func concerns(_ pod: FaultTable.Pod, container: String, now: Timestamp) -> Bool {
    guard container == (fault.container ?? pod.firstContainer) || isUsage && fault.container == nil else { return false }
    return concernsPod(pod, now: now)
  }

  private var isUsage: Bool { if case .usage = fault.kind { true } else { false } }

  func concernsPod(_ pod: FaultTable.Pod, now: Timestamp) -> Bool {
    guard matches(pod) else { return false }
    if fault.kind.isForNewPods, present.contains(pod.uid) { return false }
    switch fault.heals {
    case .never: return true
    case .after(let seconds): return now < since + seconds
    case .onRestart:
      return fault.kind.isForNewPods || present.contains(pod.uid)
    }
  }

  func matches(_ pod: FaultTable.Pod) -> Bool {
    guard pod.namespace == fault.namespace else { return false }
    switch fault.target {
    case .workload(let kind, let name): return pod.workload == WorkloadName(kind: kind, name: name)
    case .pod(let name): return pod.name == name
    case .labels(let labels): return labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
  }
}
