public import Wire

/// The evidence as text: for the model, in the form that the original document shows and within a few kilobytes, and for people.
///
/// What is told first is what changed and what fails; repeats are counted, noise is left out. Every line that somebody in the
/// cluster could have written begins with a bar, so that the model cannot take it for anything but data.
public struct EvidenceText: Sendable {
  /// Upper bound of the model's text, in bytes.
  public static let limit = 4 * 1024

  private let incident: Incident
  private let evidence: Evidence
  private let lines: EvidenceLines
  private let now: Timestamp

  public init(_ incident: Incident, _ evidence: Evidence, at now: Timestamp) {
    self.incident = incident
    self.evidence = evidence
    self.now = now
    lines = EvidenceLines(evidence, at: now)
  }

  public func render(precedents: [Precedent], candidates: [Candidate]) -> String {
    var text = head()
    text += section("WHAT CHANGED", lines.changes, room: 700)
    text += section("POD STATES", lines.pods, room: 700)
    for (title, excerpt) in lines.logs.prefix(2) { text += section("POD LOGS \(title)", excerpt, room: 900) }
    text += section("EVENTS", lines.events, room: 500)
    text += section("SURROUNDINGS", lines.surroundings, room: 700)
    text += section("MISSING EVIDENCE", lines.missing, room: 200)
    text += section("SIMILAR PAST INCIDENTS", precedents.map { "- \($0.summary(at: now))" }, room: 400)
    // By name: the order of scores would be an answer.
    let actions = candidates.map(\.id).sorted().joined(separator: ", ")
    return Self.cut(text, to: Self.limit - actions.utf8.count - 24) + "\nAvailable actions: \(actions)\n"
  }

  /// For a mail: what changed, what fails, and what the logs said, in a screenful.
  public var forPeople: [String] {
    let parts: [(String, [String], Int)] =
      [("What changed:", lines.changes, 6), ("Pods:", lines.pods, 6)] + lines.logs.prefix(2).map { ("The log of \($0):", $1, 8) }
      + [("Events:", lines.events, 5), ("Around it:", lines.surroundings, 6), ("Not seen:", lines.missing, 3)]
    return parts.filter { !$0.1.isEmpty }.flatMap { title, lines, limit in
      ["", title] + lines.prefix(limit).map { "  " + Self.cut($0, to: 300) }
    }
  }

  private func head() -> String {
    """
    ALERT: \(Self.line(incident.alertName, 120))
    POD: \(Self.line(incident.subject.pods.first ?? "(none named)", 120))
    NAMESPACE: \(Self.line(incident.subject.namespace, 63))
    SEVERITY: \(Self.line(incident.severity, 40))
    WORKLOAD: \(lines.workload)
    DESCRIPTION:
    | \(Self.line(incident.description, 300))

    """
  }

  private func section(_ title: String, _ lines: [String], room: Int) -> String {
    guard !lines.isEmpty else { return "" }
    var body = ""
    var left = 0
    for line in lines {
      let barred = "| " + Self.line(line, 300) + "\n"
      if body.utf8.count + barred.utf8.count > room { left += 1 } else { body += barred }
    }
    return "\n\(title):\n\(body)" + (left > 0 ? "(\(left) more lines)\n" : "")
  }

  private static func line(_ text: String, _ limit: Int) -> String {
    cut(String(text.map { $0.isNewline ? " " : $0 }), to: limit)
  }

  /// At most so many bytes, whole characters.
  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: max(0, limit))
    while end > text.startIndex, end.samePosition(in: text) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }
}

/// Ages as people say them: `45 s`, `12 min`, `3 h`, `5 days`.
enum Age {
  static func text(from start: Timestamp, to end: Timestamp) -> String {
    let seconds = max(0, end.milliseconds.subtractingReportingOverflow(start.milliseconds).partialValue / 1000)
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
