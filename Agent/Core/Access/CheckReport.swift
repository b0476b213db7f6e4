/// What `sre-agent check` found out, line by line.
public struct CheckReport: Sendable, Hashable {
  public enum Verdict: String, Sendable, CaseIterable {
    case ok
    /// The agent works without it, and says what it cannot see.
    case missing
    /// The agent is of no use, or cannot do what is switched on.
    case failed = "FAILED"
  }

  public struct Line: Sendable, Hashable {
    public let subject: String
    public let verdict: Verdict
    public let detail: String

    public init(_ subject: String, _ verdict: Verdict, _ detail: String = "") {
      self.subject = subject
      self.verdict = verdict
      self.detail = detail
    }
  }

  public let lines: [Line]

  public init(lines: [Line]) { self.lines = lines }

  public var isReady: Bool { !lines.contains { $0.verdict == .failed } }

  public var text: String {
    let width = lines.map(\.subject.count).max() ?? 0
    let table = lines.map { line in
      let verdict = line.verdict.rawValue + String(repeating: " ", count: 8 - line.verdict.rawValue.count)
      guard !line.detail.isEmpty else { return verdict + line.subject }
      return verdict + line.subject + String(repeating: " ", count: width - line.subject.count + 2) + line.detail
    }
    return (table + ["", summary]).joined(separator: "\n")
  }

  private var summary: String {
    let failed = lines.count { $0.verdict == .failed }
    let missing = lines.count { $0.verdict == .missing }
    if failed > 0 { return "Not ready: \(failed) of \(lines.count) checks failed." }
    return missing > 0 ? "Ready, without \(missing) kinds of evidence." : "Ready."
  }
}
