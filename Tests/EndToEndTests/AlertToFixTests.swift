import Support
import Testing

extension EndToEnd {
  @Suite("From an alert to a verified fix")
  struct AlertToFix {
    @Test("Through a real Alertmanager: one restart, verified, one mail, decided by the runbooks")
    func runbooksDecide() async throws {
      var options = quick()
      options.hasAlertmanager = true
      options.speed = 2
      try await Stack.run(options) { stack in
        try await stack.breakDown(.checkout)
        let incident = try await stack.onlyIncident()
        let story = try await stack.end(of: incident)
        try await stack.expectFixedOnce(story, .checkout)
        #expect(story.incident.decidedBy == "runbooks")
        #expect(story.incident.workload == "Deployment/checkout")
        #expect(story.incident.actionTaken == "restart_deployment")
        #expect(try stack.mail.mails().count == 1)
        let mail = try #require(try stack.mail.mails().first)
        #expect(mail.text.contains("shop/Deployment/checkout"))
        try await waitUntil("checkout is ready", within: .seconds(10)) {
          try await stack.cluster.deployment("checkout", in: "shop").status?.readyReplicas == 3
        }
        let audit = try await stack.console.get("/audit")
        #expect(audit.text.contains(#""intact":true"#), "\(audit.text)")
      }
    }
  }
}
