import Testing
import Wire

@testable import AgentCore

@Suite("The team's own rules")
struct LocalRulesTests {
  let now = SystemWallClock().now

  struct Case: CustomTestStringConvertible, Sendable {
    let title: String
    let guardData: [String: String]
    let annotations: [String: String]
    let reason: RefusalReason?
    var testDescription: String { title }

    init(
      _ title: String, _ guardData: [String: String] = [:], namespace annotations: [String: String] = [:],
      _ reason: RefusalReason?
    ) {
      self.title = title
      self.guardData = guardData
      self.annotations = annotations
      self.reason = reason
    }
  }

  @Test(
    "Stop switch and freezes",
    arguments: [
      Case("nothing set", [:], nil),
      Case("stop is false", ["stop": "false"], nil),
      Case("stop is true", ["stop": "true"], .killSwitch),
      Case("stop is TRUE", ["stop": "TRUE"], .killSwitch),
      Case("stop is something else", ["stop": "yes please"], .guardUnreadable),
      Case("a freeze that has passed", ["freeze-until": "2020-01-01T00:00:00Z"], nil),
      Case("a freeze", ["freeze-until": "2999-01-01T00:00:00Z"], .frozen),
      Case("a freeze that cannot be read", ["freeze-until": "Monday"], .guardUnreadable),
      Case("a freeze of the Namespace", namespace: ["ai-sre.dev/freeze-until": "2999-01-01T00:00:00Z"], .frozen),
      Case("a freeze of the Namespace that cannot be read", namespace: ["ai-sre.dev/freeze-until": "soon"], .guardUnreadable),
      Case("stop goes before a freeze", ["stop": "true", "freeze-until": "2999-01-01T00:00:00Z"], .killSwitch),
    ])
  func verdicts(_ test: Case) {
    let verdict = LocalRules.judge(guardData: test.guardData, namespaceAnnotations: test.annotations, now: now)
    switch (verdict, test.reason) {
    case (.allowed, nil): break
    case (.refused(let reason, _), let expected): #expect(reason == expected)
    default: Issue.record("\(verdict)")
    }
  }
}
