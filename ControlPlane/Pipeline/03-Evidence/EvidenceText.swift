public import Wire

/// The evidence as text of at most 4 KB, for the model and for people, in the form that the original document shows.
public struct EvidenceText: Sendable {
  /// Upper bound of the whole, in bytes.
  public static let limit = 4 * 1024

  private let incident: Incident
  private let evidence: Evidence
  private let now: Timestamp

  public init(_ incident: Incident, _ evidence: Evidence, at now: Timestamp) {
    self.incident = incident
    self.evidence = evidence
    self.now = now
  }

  public func render(precedents: [Precedent], candidates: [Candidate]) -> String {
    var text = head()
    text += section("POD STATES", podLines(), room: 900)
    for (id, log) in telling() {
      text += section(
        "POD LOGS [\(id)] \(log.pod)/\(log.container)\(log.previous ? " (previous run)" : "")", Self.excerpt(log), room: 1200)
    }
    text += section("EVENTS", eventLines(), room: 600)
    text += section("REVISIONS", revisionLines(), room: 600)
    text += section("DEPENDENCIES", serviceLines(), room: 300)
    text += section("MISSING EVIDENCE", evidence.omissions.map { "\($0.what): \($0.why)" }, room: 200)
    text += section("SIMILAR PAST INCIDENTS", precedents.map { "- \($0.summary(at: now))" }, room: 500)
    // By name: the order of scores would be an answer.
    let actions = candidates.map(\.id).sorted().joined(separator: ", ")
    return String(decoding: text.utf8.prefix(Self.limit - actions.utf8.count - 24), as: UTF8.self)
      + "\nAvailable actions: \(actions)\n"
  }

  private func head() -> String {
    """
    ALERT: \(incident.alertName)
    POD: \(incident.subject.pods.first ?? "(none named)")
    NAMESPACE: \(incident.subject.namespace)
    SEVERITY: \(incident.severity)
    WORKLOAD: \(workloadLine())
    DESCRIPTION: \(incident.description.prefix(300))

    """
  }

  private func workloadLine() -> String {
    guard let (id, fact) = evidence.workload else { return "(not confirmed)" }
    let age = fact.createdAt.map { ", created \(Age.text(from: $0, to: now)) ago" } ?? ""
    return "[\(id)] \(fact.target.path), \(fact.ready) of \(fact.desired) ready\(age)"
  }

  private func podLines() -> [String] {
    evidence.pods.prefix(8).map { id, pod in
      let containers = pod.containers.filter { !$0.ready }.map { container in
        let last = container.lastTermination.map { ", last exit \($0.exitCode) \($0.reason ?? "")" } ?? ""
        return
          "\(container.name) \(container.state.reason ?? container.state.phase.rawValue), \(container.restarts) restarts\(last)"
      }
      return "[\(id)] \(pod.name) \(pod.ready ? "ready" : "not ready") \(containers.joined(separator: "; "))"
    }
  }

  private func telling() -> [(String, LogFact)] {
    let logs = evidence.logs.sorted { $0.fact.previous && !$1.fact.previous }
    return logs.prefix(2).map { ($0.id, $0.fact) }
  }

  private static func excerpt(_ log: LogFact) -> [String] { TellingLines.of(log.lines, limit: 20) }

  private func eventLines() -> [String] {
    evidence.events.filter { $0.fact.type == "Warning" }.prefix(6).map { id, event in
      "[\(id)] \(event.reason) \(event.object) ×\(event.count): \(event.message.prefix(160))"
    }
  }

  private func revisionLines() -> [String] {
    evidence.revisions.prefix(3).map { id, revision in
      let changes = revision.changes.prefix(4).map { "\($0.path): \($0.before ?? "(none)") → \($0.after ?? "(none)")" }
      let changed = changes.isEmpty ? "" : "; changed \(changes.joined(separator: "; "))"
      return "[\(id)] revision \(revision.revision)\(revision.current ? " (current)" : ""), "
        + "\(Age.text(from: revision.createdAt, to: now)) old, \(revision.available) available\(changed)"
    }
  }

  private func serviceLines() -> [String] {
    evidence.services.map { id, service in
      let since = service.readySince.map { ", since \(Age.text(from: $0, to: now))" } ?? ""
      return "[\(id)] \(service.name): \(service.readyPods) ready, \(service.notReadyPods) not ready\(since)"
    }
  }

  private func section(_ title: String, _ lines: [String], room: Int) -> String {
    guard !lines.isEmpty else { return "" }
    let body = lines.joined(separator: "\n")
    let kept = body.utf8.count <= room ? body : String(decoding: body.utf8.prefix(room), as: UTF8.self) + " …"
    return "\n\(title):\n\(kept)\n"
  }
}

/// Ages as people say them: `45 s`, `12 min`, `3 h`, `5 days`.
enum Age {
  static func text(from start: Timestamp, to end: Timestamp) -> String {
    let seconds = max(0, (end.milliseconds - start.milliseconds) / 1000)
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
