import Support
import Testing

extension EndToEnd {
  @Suite("A program that is killed loses nothing and does nothing twice")
  struct Interruption {
    enum Stage: String, CaseIterable, Sendable {
      case alert, incident, evidence, decision, policy, command, execution, verification, notification
    }

    @Test("The control plane is killed after a stage: the incident goes on", arguments: Stage.allCases)
    func controlPlaneKilled(after stage: Stage) async throws {
      try await Stack.run(quick()) { stack in
        let pods = try await stack.breakDown(.checkout)
        async let first = try? stack.alert(.checkout, pods: pods)
        try await stack.waitForStage(stage.rawValue)
        await stack.controlPlane.process.kill()
        let answer = await first
        try await stack.controlPlane.process.start()
        // Alertmanager posts again what was not answered with success.
        if answer?.status != 200 { _ = try await stack.alert(.checkout, pods: pods) }
        let story = try await stack.end(of: stack.onlyIncident())
        try await stack.expectFixedOnce(story, .checkout)
        #expect(try await stack.console.incidents().count == 1)
      }
    }

    @Test("The control plane is killed while it hands a mail over: the incident says that it was possibly sent")
    func controlPlaneKilledWhileSending() async throws {
      let relay = try SilentServer()
      try await Stack.run(quick(["SMTP_URL": "smtp://127.0.0.1:\(relay.port)"])) { stack in
        let incident = try await stack.openIncident()
        try await waitUntil("a mail is being handed over", within: .seconds(20)) { relay.hasVisitor }
        await stack.controlPlane.process.kill()
        try await stack.controlPlane.process.start()
        let story = try await stack.end(of: incident)
        #expect(story.incident.state == "resolved")
        #expect(story.summaries("notification").contains { $0.contains("possibly sent") }, "\(story.summaries("notification"))")
      }
    }

    @Test("The agent is killed while its request to restart is under way")
    func agentKilledDuringExecution() async throws {
      try await Stack.run(quick()) { stack in
        try await stack.cluster.delay(method: "PATCH", path: "/deployments/", seconds: 1)
        let incident = try await stack.openIncident()
        try await stack.waitForStage("command")
        let agent = try #require(stack.agents["shop"])
        try await waitUntil("the intent is in the journal", within: .seconds(10)) {
          try await stack.cluster.mutations(by: "system:serviceaccount:shop:ai-sre-agent").contains {
            $0.path.contains("/configmaps")
          }
        }
        await agent.process.kill()
        try await agent.process.start()
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
      }
    }

    @Test("The agent is killed after the restart and before its result is known")
    func agentKilledAfterExecution() async throws {
      try await Stack.run(quick()) { stack in
        let incident = try await stack.openIncident()
        let agent = try #require(stack.agents["shop"])
        try await waitUntil("the deployment is restarted", within: .seconds(10), every: .milliseconds(2)) {
          try await stack.cluster.restarts(of: "checkout", in: "shop") == 1
        }
        await agent.process.kill()
        try await agent.process.start()
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
      }
    }

    @Test("The agent is killed while it observes")
    func agentKilledDuringObservation() async throws {
      try await Stack.run(quick()) { stack in
        let incident = try await stack.openIncident()
        let agent = try #require(stack.agents["shop"])
        try await stack.waitForStage("verification")
        await agent.process.kill()
        try await agent.process.start()
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
      }
    }
  }
}

extension Stack {
  /// Waits until the timeline has an entry of a stage.
  func waitForStage(_ stage: String, within limit: Duration = .seconds(20)) async throws {
    var found = false
    try await console.followTimeline(deadline: limit) { news in
      found = news.stage == stage
      return found
    }
    guard found else { throw Overdue("an entry of the stage \(stage)", after: limit) }
  }
}
