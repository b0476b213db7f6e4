import Foundation
import HTTP
import Pipeline
import Store
import Testing
import Wire

@Suite("What agents report by themselves")
struct AgentReportTests {
  static let boot = AgentLinkTests.boot

  private func hello(_ plane: TestControlPlane, namespace: String = "shop", execCommands: [String] = []) async throws -> Welcome {
    let answer = try await plane.agentCall(
      .post, "/agent/v1/hello", namespace: namespace,
      message: Hello(agentVersion: "1", boot: Self.boot, actions: [.restartDeployment], epoch: 0, execCommands: execCommands))
    #expect(answer.status == 200)
    return try answer.decode(Welcome.self)
  }

  private func report(_ revision: Int64, _ signals: [Signal], boot: String = boot) -> SignalReport {
    SignalReport(boot: boot, revision: revision, signals: signals)
  }

  private var crashLoop: Signal {
    Signal(
      kind: .crashLoopBackOff, pod: "checkout-1", container: "app",
      workload: WorkloadName(kind: "Deployment", name: "checkout"), pods: 3, since: Timestamp(seconds: 1_800_000_000),
      message: "back-off 20s restarting failed container")
  }

  @Test("A signal is an alert without Prometheus: its incident is durable before 204, once, and closes when it is gone")
  func signals() async throws {
    try await TestControlPlane.run { plane in
      _ = try await hello(plane)
      for _ in 0..<2 {
        #expect(try await plane.agentCall(.post, "/agent/v1/signals", message: report(1, [crashLoop])).status == 204)
      }
      let incidents = try await plane.store.page(.init()).incidents
      #expect(incidents.map(\.alertName) == ["PodCrashLoopBackOff"])
      #expect(incidents.first?.workload?.name == "checkout")
      #expect(incidents.first?.state == .gathering)
      let poll = try await plane.agentCall(.get, "/agent/v1/commands?after=0&boot=\(Self.boot)&wait=0")
      #expect(poll.status == 200, "the request for evidence waits")

      // Alertmanager says the same a little later, and is the last to let go.
      func webhook(_ status: String) async throws {
        let body = WebhookTests.body(status: status)
        #expect(try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: body).status == 200)
      }
      try await webhook("firing")
      #expect(try await plane.agentCall(.post, "/agent/v1/signals", message: report(2, [])).status == 204)
      #expect(try await plane.store.incident(1)?.state == .gathering)
      try await webhook("resolved")
      #expect(try await plane.store.incident(1)?.state == .closed)
      #expect(try await plane.store.page(.init()).incidents.count == 1)
    }
  }

  @Test("Nothing is taken of one that has not said hello, of an earlier boot, or beyond the limits")
  func refused() async throws {
    try await TestControlPlane.run { plane in
      let early = try await plane.agentCall(.post, "/agent/v1/signals", message: report(1, [crashLoop]))
      #expect(early.status == 409 && early.text.contains("unknownBoot"))
      _ = try await hello(plane)
      let stale = try await plane.agentCall(.post, "/agent/v1/signals", message: report(1, [crashLoop], boot: "ffffffffffffffff"))
      #expect(stale.status == 409 && stale.text.contains("superseded"))
      let many = report(1, Array(repeating: crashLoop, count: SignalReport.limit + 1))
      let tooMany = try await plane.agentCall(.post, "/agent/v1/signals", message: many)
      #expect(tooMany.status == 400 && tooMany.text.contains("at most 500 expected"))
      let backwards = ActProgress(command: "1-a-2-act", done: 3, total: 2, detail: "", at: Timestamp(seconds: 1))
      #expect(try await plane.agentCall(.post, "/agent/v1/progress", message: backwards).status == 400)
      let unknown = ActProgress(command: "1-a-2-act", done: 1, total: 2, detail: "", at: Timestamp(seconds: 1))
      #expect(try await plane.agentCall(.post, "/agent/v1/progress", message: unknown).status == 204)
      #expect(try await plane.store.page(.init()).incidents.isEmpty)
    }
  }

  @Test("OWN_SIGNALS=false leaves them to Prometheus, and the agent is not troubled")
  func switchedOff() async throws {
    try await TestControlPlane.run(takesSignals: false) { plane in
      _ = try await hello(plane)
      #expect(try await plane.agentCall(.post, "/agent/v1/signals", message: report(1, [crashLoop])).status == 204)
      #expect(try await plane.store.page(.init()).incidents.isEmpty)
    }
  }

  @Test("The ledger of blindness is kept and shown, with what is blind now in the metrics")
  func blindness() async throws {
    try await TestControlPlane.run { plane in
      _ = try await hello(plane)
      let now = SystemWallClock().now
      let spans = [
        BlindSpan(what: "pods", why: "the watch is silent", from: now - .seconds(60)),
        BlindSpan(what: "events", why: "410", from: now - .seconds(3600), to: now - .seconds(3590)),
      ]
      let status = AgentStatus(boot: Self.boot, refusals: [:], impairments: [], blindSpans: spans)
      #expect(try await plane.agentCall(.post, "/agent/v1/status", message: status).status == 204)
      #expect(try await plane.store.blindSpans(of: "shop") == spans)
      let agents = try await plane.call(.get, "/agents").text
      #expect(agents.contains(#""blind":true"#) && agents.contains("the watch is silent"))
      let metrics = try await plane.call(.get, "/metrics", token: TestControlPlane.metricsToken).text
      #expect(metrics.contains(#"ai_sre_agent_blind{namespace="shop"} 1"#))
      #expect(!metrics.contains("ai_sre_namespaces_without_agent"), "nobody has listed the namespaces")
    }
  }

  @Test("The cluster agent confirms nodes, gets their commands, and shows which namespaces nobody watches")
  func clusterAgent() async throws {
    try await TestControlPlane.run { plane in
      _ = try await hello(plane)
      let welcome = try await hello(plane, namespace: Command.clusterScope)
      #expect(welcome.namespace == "*")
      let inventory = InventoryReport(
        boot: Self.boot, revision: 1, snapshot: true, workloads: [], pods: [], removed: [],
        nodes: [NodeSummary(name: "worker-1", uid: "n1", ready: "False", unschedulable: false, pods: 12)],
        namespaces: ["shop", "legacy"].map {
          NamespaceSummary(name: $0, uid: "uid-\($0)", phase: "Active", pods: 4, notReadyPods: 1)
        })
      #expect(
        try await plane.agentCall(.post, "/agent/v1/inventory", namespace: Command.clusterScope, message: inventory).status == 204
      )
      let agents = try await plane.call(.get, "/agents").text
      #expect(agents.contains(#""namespace":"*""#) && agents.contains(#""nodes":1"#))
      #expect(agents.contains(#""namespaces_without_agent":[{"name":"legacy""#), "\(agents)")
      let metrics = try await plane.call(.get, "/metrics", token: TestControlPlane.metricsToken).text
      #expect(metrics.contains("ai_sre_namespaces_without_agent 1"))

      let alert = WebhookTests.body(namespace: "monitoring").replacing(
        #""pod":"checkout-1""#, with: #""node":"worker-1","job":"kube-state-metrics""#)
      #expect(try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: alert).status == 200)
      let poll = try await plane.agentCall(
        .get, "/agent/v1/commands?after=0&boot=\(Self.boot)&wait=0", namespace: Command.clusterScope)
      #expect(poll.status == 200)
      #expect(try await plane.agentCall(.get, "/agent/v1/commands?after=0&boot=\(Self.boot)&wait=0").status == 204)
      let incident = try #require(try await plane.store.incident(1))
      let result = CommandResult(
        command: try #require(incident.openCommand), kind: .gather, outcome: .failed("forbidden"),
        finishedAt: Timestamp(seconds: 1))
      _ = try await plane.agentCall(.post, "/agent/v1/results", namespace: "shop", message: result)
      #expect(try await plane.store.incident(1)?.state == .gathering, "another agent's word does not count")
      _ = try await plane.agentCall(.post, "/agent/v1/results", namespace: Command.clusterScope, message: result)
      #expect(try await plane.store.incident(1)?.state == .escalated)
    }
  }

  @Test("There is nothing to stop while nothing is done, and no stranger may try")
  func stop() async throws {
    try await TestControlPlane.run { plane in
      _ = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: WebhookTests.body())
      let idle = try await plane.call(.post, "/incidents/1/stop")
      #expect(idle.status == 409 && idle.text.contains("nothing is being done that could be stopped"))
      #expect(try await plane.call(.post, "/incidents/2/stop").status == 404)
      #expect(try await plane.call(.post, "/incidents/1/stop", token: nil).status == 401)
      #expect(try await plane.call(.post, "/incidents/1/stop", token: TestControlPlane.metricsToken).status == 401)
    }
  }
}
