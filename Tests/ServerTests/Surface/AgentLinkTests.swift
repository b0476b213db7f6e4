import Foundation
import HTTP
import Signing
import Testing
import Wire

@Suite("The agent link")
struct AgentLinkTests {
  static let boot = "0123456789abcdef0123456789abcdef"

  private func hello(_ plane: TestControlPlane, namespace: String = "shop", boot: String = boot) async throws -> Welcome {
    let answer = try await plane.agentCall(
      .post, "/agent/v1/hello", namespace: namespace,
      message: Hello(agentVersion: "1", boot: boot, actions: [.restartDeployment], epoch: 0))
    #expect(answer.status == 200)
    return try answer.decode(Welcome.self)
  }

  private func poll(_ plane: TestControlPlane, namespace: String = "shop", after: Int64 = 0, wait: Int = 10, boot: String = boot)
    async throws -> Answer
  {
    try await plane.agentCall(.get, "/agent/v1/commands?after=\(after)&boot=\(boot)&wait=\(wait)", namespace: namespace)
  }

  private func commands(_ answer: Answer, _ welcome: Welcome, _ root: VerificationKey) throws -> [Command] {
    var trusted = TrustedKeys(root: root)
    try trusted.adopt(Array(welcome.keySet.utf8))
    return try answer.bytes.split(separator: 0x0A).map { line in
      let envelope = try Envelope(parsing: Array(line), limit: LinkLimits.envelope)
      return try Command(
        parsing: try trusted.verify(envelope, type: ProtocolVersion.commandPayloadType, now: Int64(Date().timeIntervalSince1970)))
    }
  }

  private func alert(_ plane: TestControlPlane, namespace: String = "shop") async throws {
    let answer = try await plane.call(
      .post, "/webhook", token: TestControlPlane.webhookToken, json: WebhookTests.body(namespace: namespace))
    #expect(answer.status == 200)
  }

  @Test("answers a waiting poll with a signed command as soon as one is committed")
  func waitingPoll() async throws {
    try await TestControlPlane.run { plane in
      let welcome = try await hello(plane)
      async let waiting = poll(plane)
      try await eventually { try await plane.call(.get, "/metrics").text.contains("ai_sre_waiting_polls 1") }
      try await alert(plane)
      let command = try #require(try commands(await waiting, welcome, plane.root).first)
      #expect(command.kind == .gather)
      #expect(command.boot == Self.boot)
      #expect(command.agent == "system:serviceaccount:shop:ai-sre-agent")
      #expect(command.epoch == welcome.epoch)
    }
  }

  @Test("delivers every command of many that are committed at once, in rising order")
  func burst() async throws {
    try await TestControlPlane.run { plane in
      let welcome = try await hello(plane)
      async let alerts: Void = withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let body = WebhookTests.body(fingerprint: "f\(number)").replacing("checkout-1", with: "pod-\(number)")
            let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: body)
            #expect(answer.status == 200)
          }
        }
        try await group.waitForAll()
      }
      var taken: [Command] = []
      while taken.count < 40 {
        let answer = try await poll(plane, after: taken.last?.sequence ?? 0)
        let new = try commands(answer, welcome, plane.root)
        #expect(answer.status == 200, "nothing came within the poll after \(taken.count) commands")
        guard !new.isEmpty else { break }
        taken += new
      }
      try await alerts
      #expect(Set(taken.map(\.id)).count == 40)
      #expect(taken.map(\.sequence) == taken.map(\.sequence).sorted())
    }
  }

  @Test("takes over from a control plane whose higher epoch an agent has followed")
  func restoredDatabase() async throws {
    try await TestControlPlane.run { plane in
      let answer = try await plane.agentCall(
        .post, "/agent/v1/hello", message: Hello(agentVersion: "1", boot: Self.boot, actions: [], epoch: 37))
      #expect(try answer.decode(Welcome.self).epoch == 38)
    }
  }

  @Test("delivers again what was not answered, and to a new life of the agent with its own nonce")
  func redelivery() async throws {
    try await TestControlPlane.run { plane in
      let welcome = try await hello(plane)
      try await alert(plane)
      let first = try #require(try commands(await poll(plane), welcome, plane.root).first)
      let again = try #require(try commands(await poll(plane), welcome, plane.root).first)
      #expect(first == again)
      let reborn = String(Self.boot.reversed())
      _ = try await hello(plane, boot: reborn)
      let toReborn = try #require(try commands(await poll(plane, boot: reborn), welcome, plane.root).first)
      #expect(toReborn.id == first.id && toReborn.boot == reborn)
    }
  }

  @Test("sends nothing twice to an agent that has it, and 204 when the wait is over")
  func caughtUp() async throws {
    try await TestControlPlane.run { plane in
      let welcome = try await hello(plane)
      try await alert(plane)
      let command = try #require(try commands(await poll(plane), welcome, plane.root).first)
      #expect(try await poll(plane, after: command.sequence, wait: 0).status == 204)
    }
  }

  @Test("gives an agent the commands of its own namespace only, whatever it asks for")
  func otherNamespace() async throws {
    try await TestControlPlane.run { plane in
      _ = try await hello(plane)
      _ = try await hello(plane, namespace: "payments")
      try await alert(plane, namespace: "shop")
      #expect(try await poll(plane, namespace: "payments", wait: 0).status == 204)
    }
  }

  @Test("takes a result once, and only from the agent of the command's namespace")
  func results() async throws {
    try await TestControlPlane.run { plane in
      let welcome = try await hello(plane)
      try await alert(plane)
      let command = try #require(try commands(await poll(plane), welcome, plane.root).first)
      let result = CommandResult(
        command: command.id, kind: .gather, outcome: .failed("no such pod"), finishedAt: Timestamp(seconds: 1))
      #expect(try await plane.agentCall(.post, "/agent/v1/results", namespace: "payments", message: result).status == 204)
      let page1 = try await plane.call(.get, "/incidents/1")
      #expect(page1.text.contains("\"state\":\"gathering\""))
      for _ in 0..<2 { #expect(try await plane.agentCall(.post, "/agent/v1/results", message: result).status == 204) }
      let page2 = try await plane.call(.get, "/incidents/1")
      #expect(page2.text.contains("\"state\":\"escalated\""))
    }
  }

  @Test(
    "tells an agent what it did wrong",
    arguments: [
      ("/agent/v1/commands?after=0&boot=\(boot)&wait=0", 409, "unknownBoot"), ("/agent/v1/commands", 400, "malformed"),
      ("/agent/v1/commands?after=x&boot=\(boot)&wait=0", 400, "malformed"),
    ])
  func refusals(path: String, status: Int, code: String) async throws {
    try await TestControlPlane.run { plane in
      let answer = try await plane.agentCall(.get, path)
      #expect(answer.status == status)
      #expect(answer.text.contains("\"code\":\"\(code)\""))
    }
  }

  @Test("refuses a token that is no agent's, and a version that it does not speak")
  func strangers() async throws {
    try await TestControlPlane.run { plane in
      var request = ClientRequest(.post, plane.agents + "/agent/v1/hello")
      request.credential = .bearer("somebody")
      request.body = []
      let stranger = try await Answer(plane.http.send(request))
      #expect(stranger.status == 401)
      let future = Hello(protocolVersion: 99, agentVersion: "1", boot: Self.boot, actions: [], epoch: 0)
      #expect(try await plane.agentCall(.post, "/agent/v1/hello", message: future).status == 426)
    }
  }

  @Test("holds an inventory by snapshot and deltas, and asks for a snapshot after a gap")
  func inventory() async throws {
    try await TestControlPlane.run { plane in
      _ = try await hello(plane)
      func report(_ revision: Int64, snapshot: Bool) -> InventoryReport {
        let pod = PodSummary(
          name: "p\(revision)", uid: "u\(revision)", workload: nil, phase: "Running", ready: true, restarts: 0, reason: nil)
        return InventoryReport(boot: Self.boot, revision: revision, snapshot: snapshot, workloads: [], pods: [pod], removed: [])
      }
      let early = try await plane.agentCall(.post, "/agent/v1/inventory", message: report(1, snapshot: false))
      #expect(early.status == 409 && early.text.contains("snapshotNeeded"))
      #expect(try await plane.agentCall(.post, "/agent/v1/inventory", message: report(1, snapshot: true)).status == 204)
      #expect(try await plane.agentCall(.post, "/agent/v1/inventory", message: report(2, snapshot: false)).status == 204)
      #expect(try await plane.agentCall(.post, "/agent/v1/inventory", message: report(4, snapshot: false)).status == 409)
      let page3 = try await plane.call(.get, "/agents")
      #expect(page3.text.contains("\"pods\":2"))
    }
  }
}

/// Waits for a condition, ten seconds at most.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("the condition did not come true within ten seconds")
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}
