import Support
import Testing

extension EndToEnd {
  @Suite("Without Prometheus")
  struct WithoutPrometheus {
    @Test("What the agent sees by itself opens the incident; it is fixed once, and Alertmanager's word joins it")
    func ownSignals() async throws {
      try await Stack.run(quick(["OWN_SIGNALS": "true"])) { stack in
        let pods = try await stack.breakDown(.checkout)
        let incident = try await stack.onlyIncident()
        #expect(try await stack.alert(.checkout, pods: pods).status == 200)
        let story = try await stack.end(of: incident)
        try await stack.expectFixedOnce(story, .checkout)
        #expect(story.incident.alertName == "PodCrashLoopBackOff")
        #expect(story.summaries("alert").contains { $0.contains("joined") })
        #expect(try await stack.console.incidents().count == 1)
      }
    }
  }
}
