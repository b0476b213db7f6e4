import Kubernetes
import Redaction
import Wire

/// Reads logs at the same time and keeps of each what tells.
struct LogReader: Sendable {
  /// Lines that were kept of a container before a restart lost them.
  typealias Keeper = @Sendable (_ podUID: String, _ container: String) async -> (bytes: [UInt8], at: Timestamp)?

  let client: KubernetesClient
  let namespace: String
  let redactor: Redactor
  let deadline: ContinuousClock.Instant
  var kept: Keeper = { _, _ in nil }

  struct Log: Sendable {
    let source: LogPlan.Source
    let lines: [String]
    let keptAt: Timestamp?
  }

  /// - Returns: the logs in the order of their sources, without those that are empty or repeat the run before, and what failed.
  func read(_ sources: [LogPlan.Source]) async -> (logs: [Log], omissions: [Evidence.Omission]) {
    let answers = await sources.concurrentMap(width: EvidenceLimits.width / 2) { await log($0) }
    var logs: [Log] = []
    var omissions: [Evidence.Omission] = []
    for (source, answer) in zip(sources, answers) {
      switch answer {
      case .success(let log):
        // During CrashLoopBackOff both are the same run.
        let isRepeat = logs.contains {
          $0.source.pod == source.pod && $0.source.container == source.container && $0.lines == log.lines
        }
        if !log.lines.isEmpty, !isRepeat { logs.append(log) }
      case .failure(let failure):
        let which = source.previous ? "previous " : ""
        omissions.append(.init(what: "the \(which)log of \(source.pod)/\(source.container)", why: failure.reason))
      }
    }
    return (logs, omissions)
  }

  private func log(_ source: LogPlan.Source) async -> Result<Log, ReadPlan.Failure> {
    let answer = await bytes(source, lines: EvidenceLimits.readLines)
    if source.previous, (try? answer.get())?.isEmpty ?? true, let kept = await kept(source.podUID, source.container) {
      return .success(Log(source: source, lines: LogTail.lines(kept.bytes, redactor: redactor), keptAt: kept.at))
    }
    return answer.map { Log(source: source, lines: LogTail.lines($0, redactor: redactor), keptAt: nil) }
  }

  /// The server cuts at the end of what `tailLines` selects: with long lines it is the newest that would be lost. Then fewer are
  /// asked for.
  private func bytes(_ source: LogPlan.Source, lines: Int) async -> Result<[UInt8], ReadPlan.Failure> {
    let (client, namespace) = (client, namespace)
    let limit = EvidenceLimits.readBytes
    let options = LogOptions(container: source.container, previous: source.previous, tailLines: lines, limitBytes: limit)
    let answer = await ReadPlan.before(deadline) { () throws(KubernetesError) in
      try await client.log(pod: source.pod, namespace: namespace, options: options)
    }
    guard case .success(let bytes) = answer, bytes.count >= limit, lines > 1 else { return answer }
    let read = bytes.count { $0 == UInt8(ascii: "\n") }
    return await self.bytes(source, lines: max(1, min(lines / 2, read * 3 / 4)))
  }
}

extension LogReader.Log {
  func fact(limit: Int) -> LogFact {
    let selection = LogSelection(of: lines, limit: limit)
    return LogFact(
      pod: source.pod, container: source.container, previous: source.previous, lines: selection.lines,
      telling: selection.telling, omittedLines: selection.omitted, keptAt: keptAt)
  }

  var request: String {
    "GET pods/\(source.pod)/log?container=\(source.container)" + (source.previous ? "&previous=true" : "")
  }
}
