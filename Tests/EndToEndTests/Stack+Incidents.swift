import Foundation
import Support
import Testing

extension Stack {
  /// Puts the pods of a workload into back-off, from which only a restart, or minutes, free them.
  /// - Returns: the names of its pods.
  @discardableResult
  func breakDown(_ workload: EndToEnd.Workload) async throws -> [String] {
    try await cluster.interrupt(workload.dependency, in: workload.namespace)
    var fault = SimulatorClient.CrashLoop.connectionRefused(
      namespace: workload.namespace, deployment: workload.name, dependency: workload.dependency)
    // Short lives keep the stability window short: it is at least twice as long as they were.
    fault.runsFor = 0.2
    try await cluster.inject(fault)
    return try await cluster.pods(app: workload.name, in: workload.namespace)
  }

  /// Posts what Alertmanager posts for a crash loop of these pods.
  func alert(_ workload: EndToEnd.Workload, pods: [String], token: ConsoleClient.Token? = nil) async throws
    -> ConsoleClient.Answer
  {
    let webhook = AlertmanagerPost(alertname: "PodCrashLoopBackOff", namespace: workload.namespace, pods: pods)
    let body = [UInt8](try JSONEncoder().encode(webhook))
    return try await console.post("/webhook", body, token: token ?? .other(try controlPlane.webhookToken()))
  }

  /// Breaks a workload, alerts, and returns the incident's id.
  func openIncident(_ workload: EndToEnd.Workload = .checkout) async throws -> Int64 {
    let pods = try await breakDown(workload)
    let answer = try await alert(workload, pods: pods)
    try #require(answer.status == 200, "\(answer.text)")
    return try await onlyIncident()
  }

  func onlyIncident() async throws -> Int64 {
    try await waitFor("an incident", within: .seconds(10)) { try await console.incidents().first?.id }
  }

  /// Waits until nothing more is to happen to an incident, its notification included.
  func end(of incident: Int64, within limit: Duration = .seconds(30)) async throws -> IncidentStory {
    try await waitFor("the end of incident \(incident)", within: limit, every: .milliseconds(50)) {
      let story = try await console.incident(incident)
      guard !story.incident.isOpen else {
        throw Overdue("\(story.incident.state): \(story.timeline.last?.summary ?? "")", after: limit)
      }
      // The request for approval is a notification too, and not the last.
      let isTold = story.summaries("notification").contains { $0.contains("Fixed") || $0.contains("Needs a person") }
      return isTold || story.incident.state == "closed" ? story : nil
    }
  }

  /// What every run must have come to, however it was interrupted.
  func expectFixedOnce(_ story: IncidentStory, _ workload: EndToEnd.Workload, sourceLocation: SourceLocation = #_sourceLocation)
    async throws
  {
    let tale = story.timeline.map { "\($0.stage): \($0.summary)" }.joined(separator: "\n")
    try #require(story.incident.state == "resolved", "\(tale)", sourceLocation: sourceLocation)
    #expect(story.incident.verified == true, "\(tale)", sourceLocation: sourceLocation)
    #expect(try await cluster.restarts(of: workload.name, in: workload.namespace) == 1, "\(tale)", sourceLocation: sourceLocation)
    let mails = try mail.count(subject: EndToEnd.fixedSubject)
    let isMarked = story.summaries("notification").contains { $0.contains("possibly sent") }
    #expect(mails == 1 || (isMarked && mails == 0), "\(mails) mails; \(tale)", sourceLocation: sourceLocation)
  }
}

/// Alertmanager's webhook, version 4.
struct AlertmanagerPost: Encodable {
  let version = "4"
  let groupKey: String
  let truncatedAlerts = 0
  let status = "firing"
  let receiver = "sre-control-plane"
  let groupLabels: [String: String]
  let commonLabels: [String: String]
  let commonAnnotations: [String: String] = [:]
  let externalURL = "http://alertmanager.example.com"
  let alerts: [Alert]

  struct Alert: Encodable {
    let status = "firing"
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: Date
    let endsAt = "0001-01-01T00:00:00Z"
    let generatorURL = "http://prometheus.example.com/graph"
    let fingerprint: String

    enum CodingKeys: String, CodingKey { case status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(status, forKey: .status)
      try container.encode(labels, forKey: .labels)
      try container.encode(annotations, forKey: .annotations)
      try container.encode(startsAt.formatted(.iso8601), forKey: .startsAt)
      try container.encode(endsAt, forKey: .endsAt)
      try container.encode(generatorURL, forKey: .generatorURL)
      try container.encode(fingerprint, forKey: .fingerprint)
    }
  }

  init(alertname: String, namespace: String, pods: [String], startsAt: Date = .now) {
    let common = ["alertname": alertname, "namespace": namespace]
    groupKey = "{}:{alertname=\"\(alertname)\", namespace=\"\(namespace)\"}"
    groupLabels = common
    commonLabels = common.merging(["severity": "critical"]) { $1 }
    alerts = pods.map { pod in
      Alert(
        labels: common.merging(["severity": "critical", "pod": pod]) { $1 },
        annotations: ["description": "Pod \(pod) has been restarting repeatedly."], startsAt: startsAt,
        fingerprint: String(
          pod.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) { hash, byte in
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
          }, radix: 16))
    }
  }
}
