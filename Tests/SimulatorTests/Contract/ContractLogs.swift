@testable import Simulator

/// The pods of 04 with their logs, for a simulator that stands still: what containers wrote is taken from the exchanges that show
/// it whole, and all options are held against the others.
enum ContractLogs {
  private static let file = "04-logs.json"
  /// When the recorder asked, by and large.
  private static let moment = Timestamp(rfc3339: "2026-11-22T11:10:52Z")

  static let states: [String: ContractSteps.Step] = {
    guard let exchanges = try? Recordings.load(file) else { return [:] }
    @Sendable func text(_ name: String) -> String? {
      let exchange = exchanges.first { $0.name == name }
      return exchange?.chunks?.joined() ?? exchange?.body.string
    }
    var states: [String: ContractSteps.Step] = [:]
    let first: ContractSteps.Step = { server in
      try await set(
        server,
        [
          "crash/app": .init(current: text("plain")), "two/proxy": .init(current: text("container")),
          "two/app": .init(current: stamped(text("timestamps"))), "with-init/migrate": .init(current: text("init-container")),
          "utf/app": .init(current: text("odd-bytes")),
        ])
    }
    for exchange in exchanges where exchange.name != "crashloop-state" { states[exchange.name] = first }
    for name in ["crashloop-current", "crashloop-previous", "crashloop-previous-tail"] {
      states[name] = { server in
        try await set(server, ["crash/app": .init(previous: text("crashloop-previous"))], crash: "waiting")
      }
    }
    for name in ["crashloop-running-previous", "crashloop-running-current", "follow-crash"] {
      states[name] = { server in
        let current = name == "follow-crash" ? text(name) : text("crashloop-running-current")
        try await set(
          server, ["crash/app": .init(current: current, previous: text("crashloop-running-previous"))], crash: "running")
      }
    }
    for (name, log) in [("follow", "two/app"), ("follow-deleted", "utf/app")] {
      states[name] = { server in try await set(server, [log: .init(current: text(name))]) }
    }
    for name in ["unknown-parameter", "tail-2"] {
      guard let last = text(name)?.split(separator: "\n").last, let whole = stamped(text("timestamps")) else { continue }
      let lines = whole.split(separator: "\n")
      let log = lines[...(lines.firstIndex(of: last) ?? lines.count - 1)].joined(separator: "\n") + "\n"
      states[name] = { server in try await set(server, ["two/app": .init(current: log)]) }
    }
    states["follow-tail"] = { server in try await set(server, ["two/app": .init(current: stamped(text("follow-tail")))]) }
    return states
  }()

  /// Lines with the kubelet's stamps in front, each in place of the container's own.
  private static func stamped(_ text: String?) -> String? {
    text.map { $0.split(separator: "\n").map { $0.drop { $0 != " " }.dropFirst() }.joined(separator: "\n") + "\n" }
  }

  private static func set(
    _ server: any ContractServer, _ logs: [String: StillCluster.Log], crash: String = "running"
  ) async throws {
    guard let cluster = (server as? SimulatedContractServer)?.cluster else { return }
    if let moment, await cluster.now < moment { await cluster.advance(by: moment - (await cluster.now)) }
    _ = try await server.prepare(pods(crash: crash), removing: [])
    await cluster.core.changeWorld { world in
      for (place, log) in logs { world.recordedLogs["shop/\(place)"] = RecordedLog(log) }
    }
  }

  private static func pods(crash: String) -> [JSONValue] {
    let running: JSONValue = ["running": ["startedAt": "2026-11-22T11:10:43Z"]]
    func waiting(_ reason: String) -> JSONValue { ["waiting": ["reason": .string(reason)]] }
    var crashing = pod("crash", ["app": crash == "running" ? running : waiting("CrashLoopBackOff")])
    crashing["status"]?["containerStatuses"] = [
      [
        "name": "app", "state": crash == "running" ? running : waiting("CrashLoopBackOff"),
        "lastState": ["terminated": ["exitCode": 1, "finishedAt": "2026-11-22T11:10:51Z"]],
      ]
    ]
    if crash == "first" { crashing = pod("crash", ["app": running]) }
    return [
      crashing, pod("two", ["app": running, "proxy": running]), pod("utf", ["app": running]),
      pod("with-init", ["app": waiting("PodInitializing"), "proxy": waiting("PodInitializing")], initial: ["migrate": running]),
      pod("nomount", ["app": waiting("ContainerCreating")]), pod("pull", ["app": waiting("ImagePullBackOff")]),
      pod("noconfig", ["app": waiting("CreateContainerConfigError")]), pod("big", ["app": [:]], node: nil),
    ]
  }

  private static func pod(
    _ name: String, _ containers: KeyValuePairs<String, JSONValue>, initial: KeyValuePairs<String, JSONValue> = [:],
    node: String? = "fake-node-1"
  ) -> JSONValue {
    func names(_ list: KeyValuePairs<String, JSONValue>) -> JSONValue { .array(list.map { ["name": .string($0.key)] }) }
    func statuses(_ list: KeyValuePairs<String, JSONValue>) -> JSONValue {
      .array(list.map { ["name": .string($0.key), "state": $0.value] })
    }
    var spec: JSONValue = ["containers": names(containers)]
    if !initial.isEmpty { spec["initContainers"] = names(initial) }
    spec["nodeName"] = node.map(JSONValue.string)
    return [
      "kind": "Pod", "apiVersion": "v1", "metadata": ["name": .string(name), "namespace": "shop", "uid": .string(name)],
      "spec": spec,
      "status": [
        "phase": "Running", "containerStatuses": statuses(containers), "initContainerStatuses": statuses(initial),
      ],
    ]
  }
}
