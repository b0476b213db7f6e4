import Support
import Testing

extension EndToEnd {
  @Suite("With a key, Groq decides; without an answer, the runbooks do")
  struct Model {
    private static let restart = GroqAnswer.choice(
      "restart_deployment", confidence: 0.92, reasoning: "inventory is ready again (service-1); only the back-off keeps it down")

    private static func settings(_ groq: GroqStandIn) -> [String: String] {
      ["GROQ_API_KEY": GroqStandIn.key, "GROQ_BASE_URL": groq.baseURL]
    }

    @Test("One good tool call decides")
    func modelDecides() async throws {
      try await GroqStandIn.run([Self.restart]) { groq in
        try await Stack.run(quick(Self.settings(groq))) { stack in
          let story = try await stack.end(of: stack.openIncident())
          try await stack.expectFixedOnce(story, .checkout)
          #expect(story.incident.decidedBy == "openai/gpt-oss-120b")
          #expect(groq.requests.count == 1)
          let prompt = try #require(groq.requests.first).prompt
          #expect(prompt.contains("connection refused"))
          #expect((2_000...5_500).contains(prompt.utf8.count), "\(prompt.utf8.count) bytes")
        }
      }
    }

    @Test("A model that would rather not act is not overruled: a person is asked or told")
    func modelDisagrees() async throws {
      try await GroqStandIn.run([.choice("escalate", confidence: 0.9)]) { groq in
        try await Stack.run(quick(Self.settings(groq))) { stack in
          let story = try await stack.end(of: stack.openIncident())
          #expect(story.incident.state == "escalated")
          #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 0)
        }
      }
    }

    @Test("An invented action is none: the runbooks decide")
    func modelInvents() async throws {
      try await GroqStandIn.run(otherwise: .choice("delete_namespace", confidence: 1)) { groq in
        try await Stack.run(quick(Self.settings(groq))) { stack in
          let story = try await stack.end(of: stack.openIncident())
          try await stack.expectFixedOnce(story, .checkout)
          #expect(story.incident.decidedBy == "runbooks")
        }
      }
    }

    @Test("Groq is down: the runbooks decide, and the incident says so")
    func modelIsAway() async throws {
      let port = try FreePorts.next()
      let settings = ["GROQ_API_KEY": GroqStandIn.key, "GROQ_BASE_URL": "http://127.0.0.1:\(port)/openai/v1"]
      try await Stack.run(quick(settings)) { stack in
        let story = try await stack.end(of: stack.openIncident(), within: .seconds(60))
        try await stack.expectFixedOnce(story, .checkout)
        #expect(story.incident.decidedBy == "runbooks")
        #expect(story.summaries("decision").contains { $0.contains("the runbooks decided") }, "\(story.summaries("decision"))")
      }
    }

    @Test("The control plane is killed while the model thinks: it is asked again, and the rest happens once")
    func killedWhileDeciding() async throws {
      try await GroqStandIn.run([.delayed(.seconds(30), Self.restart), Self.restart]) { groq in
        try await Stack.run(quick(Self.settings(groq))) { stack in
          let incident = try await stack.openIncident()
          try await waitUntil("the model is asked", within: .seconds(10)) { groq.requests.count == 1 }
          await stack.controlPlane.process.kill()
          try await stack.controlPlane.process.start()
          try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
          #expect(groq.requests.count == 2)
        }
      }
    }
  }
}
