/// The log of a container in a cluster that stands still, as lines with their moments.
struct RecordedLog: Sendable {
  typealias Line = (time: Timestamp?, text: String)

  let current: [Line]?
  let previous: [Line]?

  init(_ log: StillCluster.Log) {
    current = log.current.map(Self.lines)
    previous = log.previous.map(Self.lines)
  }

  /// A line that starts with an RFC 3339 time was written then; one that does not, when the line before was.
  private static func lines(_ text: String) -> [Line] {
    var latest: Timestamp?
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { line in
      let word = line.prefix { $0 != " " && $0 != "\t" }
      if let time = Timestamp(rfc3339: String(word)) { latest = time }
      return (latest, String(line))
    }
  }
}

extension PodLogs {
  /// The recorded log of a container, or why there is none.
  func recorded(
    of pod: JSONValue, container: String, _ options: LogOptions, _ world: World
  ) throws(APIStatus) -> APIResponse {
    let statuses = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]
      .flatMap { pod[path: "status", $0]?.array ?? [] }
    let status = statuses.first { $0["name"]?.string == container } ?? [:]
    let log = world.recordedLogs["\(pod.namespace)/\(pod.name)/\(container)"]
    let lines =
      options.previous
      ? try previous(log, status, container, pod.name) : try current(log, status, container, pod.name)
    let end = Self.end(of: status, previous: options.previous) ?? world.now
    return APIResponse(
      body: .text(Self.text(lines.map { ($0.time ?? end, $0.text) }, options, now: world.now)), contentType: "text/plain")
  }

  private func current(
    _ log: RecordedLog?, _ status: JSONValue, _ container: String, _ pod: String
  ) throws(APIStatus) -> [RecordedLog.Line] {
    if let lines = log?.current { return lines }
    let waiting = status[path: "state", "waiting", "reason"]?.string
    let hasRun = status[path: "lastState", "terminated"] != nil
    if let lines = log?.previous, waiting != nil, hasRun { return lines }
    if hasRun || (waiting == nil && status["state"] != nil) { return [] }
    let reason = waiting ?? "ContainerCreating"
    let why = ["ErrImagePull", "ImagePullBackOff"].contains(reason) ? "trying and failing to pull image" : reason
    throw .badRequest("container \"\(container)\" in pod \"\(pod)\" is waiting to start: \(why)")
  }

  /// Between two runs the latest is both the present and the previous one (recordings, 04 crashloop-*).
  private func previous(
    _ log: RecordedLog?, _ status: JSONValue, _ container: String, _ pod: String
  ) throws(APIStatus) -> [RecordedLog.Line] {
    if let lines = log?.previous { return lines }
    guard status[path: "lastState", "terminated"] != nil else {
      throw .badRequest("previous terminated container \"\(container)\" in pod \"\(pod)\" not found")
    }
    return status[path: "state", "running"] == nil ? log?.current ?? [] : []
  }

  private static func end(of status: JSONValue, previous: Bool) -> Timestamp? {
    let states = previous ? ["lastState"] : ["state", "lastState"]
    for state in states where !(state == "lastState" && status[path: "state", "running"] != nil && !previous) {
      if let text = status[path: state, "terminated", "finishedAt"]?.string { return Timestamp(rfc3339: text) }
    }
    return nil
  }
}
