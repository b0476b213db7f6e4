/// What a request for a log asks for.
struct LogOptions: Sendable {
  let container: String?
  let previous: Bool
  let tailLines: Int?
  let sinceSeconds: Int?
  let sinceTime: Timestamp?
  let limitBytes: Int?
  let timestamps: Bool
  let follow: Bool

  init(_ query: Query, pod: String) throws(APIStatus) {
    container = query["container"]
    previous = query.isTrue("previous")
    timestamps = query.isTrue("timestamps")
    follow = query.isTrue("follow")
    tailLines = try Self.number(query, "tailLines")
    sinceSeconds = try Self.number(query, "sinceSeconds")
    limitBytes = try Self.number(query, "limitBytes")
    sinceTime = query["sinceTime"].flatMap(Timestamp.init(rfc3339:))
    var errors: [FieldError] = []
    if let tailLines, tailLines < 0 {
      errors.append(.invalid("tailLines", String(tailLines), "must be greater than or equal to 0"))
    }
    if query["stream"] != nil { errors.append(.forbidden("stream", "may not be specified")) }
    if let limitBytes, limitBytes < 1 {
      errors.append(.invalid("limitBytes", String(limitBytes), "must be greater than 0"))
    }
    if sinceSeconds != nil, sinceTime != nil {
      errors.append(.forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    }
    if let sinceSeconds, sinceSeconds < 1 {
      errors.append(.invalid("sinceSeconds", String(sinceSeconds), "must be greater than 0"))
    }
    guard errors.isEmpty else { throw .invalid(kind: "PodLogOptions", group: "", name: pod, errors) }
  }

  private static func number(_ query: Query, _ name: String) throws(APIStatus) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text) else { throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
    return number
  }
}

/// A log that is followed: asks again and again for what is new.
struct LogFollower: Sendable {
  let pod: ObjectKey
  let uid: String
  let container: String
  let options: LogOptions
  /// Which run is followed; the next one is not.
  let runStartedAt: Timestamp
}

/// `GET …/pods/NAME/log`.
struct PodLogs {
  let request: APIRequest

  func respond(_ world: World) throws(APIStatus) -> APIResponse {
    let key = ObjectKey(namespace: request.target.namespace, name: request.target.name)
    let options = try LogOptions(request.query, pod: key.name)
    guard let pod = world.store.object(ResourceCatalogue.pods, key) else { throw .notFound(ResourceCatalogue.pods, key.name) }
    let container = try container(options, pod)
    guard !(pod[path: "spec", "nodeName"]?.string ?? "").isEmpty else { return APIResponse(status: 204, body: .empty) }
    if let node = pod[path: "spec", "nodeName"]?.string, world.isSilent(node) {
      let host = pod[path: "status", "hostIP"]?.string ?? node
      throw .internalError(
        "Get \"https://\(host):10250/containerLogs/\(key.namespace)/\(key.name)/\(container)\": dial tcp \(host):10250: connect: "
          + "connection refused")
    }
    if world.standsStill { return try recorded(of: pod, container: container, options, world) }
    let runtime = world.runtimes[pod.uid]?.containers.first { $0.name == container }
    let run = try Self.run(runtime, container: container, pod: key.name, previous: options.previous)
    if options.follow {
      let follower = LogFollower(pod: key, uid: pod.uid, container: container, options: options, runStartedAt: run.startedAt)
      return APIResponse(body: .followedLog(follower), contentType: "text/plain")
    }
    let text = Self.text(run.lines(at: world.now), options, now: world.now)
    return APIResponse(body: .text(text), contentType: "text/plain")
  }

  private func container(_ options: LogOptions, _ pod: JSONValue) throws(APIStatus) -> String {
    let initial = (pod[path: "spec", "initContainers"]?.array ?? []).compactMap { $0["name"]?.string }
    let main = (pod[path: "spec", "containers"]?.array ?? []).compactMap { $0["name"]?.string }
    let names = initial + main
    if let name = options.container, !name.isEmpty {
      guard names.contains(name) else { throw .badRequest("container \(name) is not valid for pod \(pod.name)") }
      return name
    }
    guard names.count == 1 else {
      throw .badRequest(
        "a container name must be specified for pod \(pod.name), choose one of: [\(names.joined(separator: " "))]")
    }
    return names[0]
  }

  /// The run whose log is meant, or why there is none (recordings, 04).
  static func run(
    _ container: ContainerRuntime?, container name: String, pod: String, previous: Bool
  ) throws(APIStatus) -> LoggedRun {
    func waiting(_ why: String) -> APIStatus {
      .badRequest("container \"\(name)\" in pod \"\(pod)\" is waiting to start: \(why)")
    }
    guard let container else { throw waiting("ContainerCreating") }
    if previous {
      let isBetweenRuns = !container.isRunning && container.last != nil
      let runs = isBetweenRuns ? container.runs : container.runs.dropLast()
      guard container.last != nil, let run = runs.last else {
        throw .badRequest("previous terminated container \"\(name)\" in pod \"\(pod)\" not found")
      }
      return run
    }
    if let run = container.runs.last { return run }
    switch container.state {
    case .pullFailed, .pullBackOff: throw waiting("trying and failing to pull image")
    default: throw waiting("ContainerCreating")
    }
  }

  static func text(_ lines: [(time: Timestamp, text: String)], _ options: LogOptions, now: Timestamp) -> String {
    var lines = lines[...]
    if let since = options.sinceTime ?? options.sinceSeconds.map({ now - Double($0) }) {
      lines = lines.drop { $0.time < since }
    }
    if let tail = options.tailLines { lines = lines.suffix(tail) }
    let text = lines.map { line in
      (options.timestamps ? "\(line.time.rfc3339Nano) " : "") + line.text + "\n"
    }.joined()
    guard let limit = options.limitBytes else { return text }
    return String(decoding: text.utf8.prefix(limit), as: UTF8.self)
  }
}
