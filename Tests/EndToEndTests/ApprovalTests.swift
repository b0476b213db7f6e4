import Support
import Testing

extension EndToEnd {
  @Suite("What policy does not let pass alone waits for a person")
  struct Approval {
    @Test(
      "Nothing is done before the approval; then it is done once",
      arguments: [
        ["REQUIRE_APPROVAL_FOR": "restart_deployment"], ["CONFIDENCE_THRESHOLD": "0.97"], ["AUTO_ACTION_ENABLED": "false"],
      ])
    func approved(_ settings: [String: String]) async throws {
      try await Stack.run(quick(settings)) { stack in
        let incident = try await stack.openIncident()
        let proposal = try await stack.onlyProposal()
        #expect(proposal.incident == incident)
        #expect(proposal.action == "restart_deployment")
        #expect(proposal.target == "shop/Deployment/checkout")
        #expect(!proposal.reasons.isEmpty)
        #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 0)

        let answer = try await stack.console.post("/approve/\(proposal.id)")
        try #require(answer.status == 200, "\(answer.text)")
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
        #expect(try await stack.console.post("/approve/\(proposal.id)").status == 404)
      }
    }

    @Test("A rejected proposal is never carried out")
    func rejected() async throws {
      try await Stack.run(quick(["REQUIRE_APPROVAL_FOR": "restart_deployment"])) { stack in
        let incident = try await stack.openIncident()
        let proposal = try await stack.onlyProposal()
        let answer = try await stack.console.post(
          "/reject/\(proposal.id)", Array(#"{"reason":"we are in the middle of it"}"#.utf8))
        try #require(answer.status == 200, "\(answer.text)")
        let story = try await stack.end(of: incident)
        #expect(story.incident.state == "closed")
        #expect(story.incident.conclusion?.contains("we are in the middle of it") == true)
        #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 0)
        #expect(try await stack.console.pending().isEmpty)
      }
    }

    @Test("A test alert runs the real pipeline and stops at the suggestion")
    func triggerTest() async throws {
      try await Stack.run(quick(["TARGET_NAMESPACE": "shop", "TARGET_DEPLOYMENT": "checkout"])) { stack in
        try await stack.breakDown(.checkout)
        let answer = try await stack.console.post("/trigger-test")
        try #require(answer.status == 202, "\(answer.text)")
        let story = try await stack.end(of: stack.onlyIncident())
        #expect(story.incident.state == "closed")
        #expect(story.incident.conclusion?.contains("restart_deployment") == true, "\(story.incident)")
        #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 0)
      }
    }
  }
}

extension Stack {
  func onlyProposal() async throws -> PendingApproval {
    try await waitFor("a proposal", within: .seconds(10)) { try await console.pending().first }
  }
}
