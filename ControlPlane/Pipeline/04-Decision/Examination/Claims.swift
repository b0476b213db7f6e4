import Wire

/// What the alert claims, read only to be more careful: an alert whose name nobody knows gets the same answer as long as the
/// evidence is the same, and text that was slipped into it can at most bring a person.
extension Examination {
  private static func says(_ text: some Sequence<String>, _ words: [String]) -> Bool {
    let text = text.joined(separator: "\n").lowercased()
    return words.contains { text.contains($0) }
  }

  /// Anything that the alert says.
  func claims(_ words: String...) -> Bool {
    guard let alert else { return false }
    return Self.says(alert.annotations.values + [alert.name], words)
  }

  /// What the alert is about, without what it gives for context.
  private func isAbout(_ words: String...) -> Bool {
    guard let alert else { return false }
    return Self.says([alert.name, alert.annotations["summary"] ?? "", alert.description], words)
  }

  /// The alert speaks of what users see, which no state of a pod can disprove.
  var isAboutRequests: Bool {
    isAbout(
      "error rate", "5xx", "latency", "slo", "error budget", "burn rate", "success rate", "error ratio", "response time",
      "throughput", "queue", "lag", "errorrate", "ratio of")
  }

  var isAboutUsage: Bool { isAbout("cpu", "throttl", "memory usage", "memory working set", "high memory") }

  /// The pods that the alert names, if they can be this workload's.
  func namedPods(_ subject: [String] = []) -> [String] {
    guard let alert else { return [] }
    return [alert.labels["exported_pod"], alert.labels["pod"]].compactMap(\.self).filter(isOfWorkload)
  }

  /// Pods of other workloads do not begin with this one's name; kube-state-metrics lends its own pod's to every alert.
  private func isOfWorkload(_ pod: String) -> Bool {
    if evidence.pods.contains(where: { $0.fact.name == pod }) { return true }
    guard let name = workload?.target.name else { return false }
    return pod.hasPrefix(name + "-")
  }

  /// The alert names an object of this kind with the label that kube-state-metrics and kubelet use for it.
  func names(_ label: String) -> String? {
    alert?.labels["exported_" + label] ?? alert?.labels[label]
  }
}
