/// An alert as Alertmanager's API takes it.
struct Alert: Sendable, Hashable {
  let name: String
  let severity: String
  let namespace: String
  let pod: String
  let container: String
  let summary: String
  let description: String

  var labels: [(String, String)] {
    [
      ("alertname", name), ("severity", severity), ("namespace", namespace), ("pod", pod), ("container", container),
      ("job", "kube-state-metrics"),
    ]
  }

  /// What makes two alerts the same.
  var identity: String { "\(name)/\(namespace)/\(pod)/\(container)" }
}

/// The rules of a Prometheus that watches pods: which alerts a pod deserves.
enum AlertRules {
  /// An OOM kill counts as recent for this long.
  static let oomMemory = 600.0

  static func alerts(for pod: JSONValue, now: Timestamp) -> [Alert] {
    guard !pod.isBeingDeleted else { return [] }
    return (pod[path: "status", "containerStatuses"]?.array ?? []).compactMap { status in
      let container = status["name"]?.string ?? ""
      func alert(_ name: String, _ severity: String, _ summary: String, _ description: String) -> Alert {
        Alert(
          name: name, severity: severity, namespace: pod.namespace, pod: pod.name, container: container, summary: summary,
          description: description)
      }
      let subject = "\(pod.namespace)/\(pod.name) (\(container))"
      let last = status[path: "lastState", "terminated"] ?? status[path: "state", "terminated"]
      let waiting = status[path: "state", "waiting", "reason"]?.string
      if last?["reason"]?.string == "OOMKilled", status["ready"]?.bool != true, isRecent(last, now) {
        return alert(
          "PodOOMKilled", "critical", "Container was killed for using too much memory.",
          "Container \(subject) was OOMKilled; it has restarted \(status["restartCount"]?.integer ?? 0) times.")
      }
      if waiting == "ImagePullBackOff" || waiting == "ErrImagePull" {
        return alert("ImagePullBackOff", "warning", "Image cannot be pulled.", "Container \(subject) cannot pull its image.")
      }
      guard status["ready"]?.bool != true || status["started"]?.bool != true, (status["restartCount"]?.integer ?? 0) > 0 else {
        return nil
      }
      return alert(
        "PodCrashLoopBackOff", "critical", "Pod is crash looping.",
        "Container \(subject) is in waiting state (reason: \"CrashLoopBackOff\") after "
          + "\(status["restartCount"]?.integer ?? 0) restarts."
      )
    }
  }

  private static func isRecent(_ termination: JSONValue?, _ now: Timestamp) -> Bool {
    guard let end = termination?["finishedAt"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return false }
    return now - end < oomMemory
  }
}
