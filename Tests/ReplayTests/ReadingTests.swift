import Replay
import Simulator
import Testing

@Suite("Scenario files")
struct ReadingTests {
  @Test("Every public scenario is read", .enabled(if: PublicScenarios.areThere), arguments: PublicScenarios.files)
  func publicScenarios(_ file: String) throws {
    let scenario = try Scenario(file: file)
    #expect(!scenario.id.isEmpty)
    #expect(scenario.expectation != nil)
    #expect(!scenario.situation.deliveries.isEmpty)
  }

  private static let least: JSONValue = [
    "now": "2026-11-22T10:00:00Z", "agents": ["shop", "*"], "deliveries": [["after": 7, "body": ["version": "4"]]], "objects": [],
  ]

  @Test("What is not given has its default, and a star stands for an agent of the cluster")
  func defaults() throws {
    let scenario = try Scenario(Self.least, name: "least")
    #expect(scenario.id == "least")
    #expect(scenario.expectation == nil)
    #expect(scenario.situation.namespaces == ["*", "shop"])
    #expect(scenario.situation.deliveries.first?.after == .seconds(7))
    #expect(scenario.situation.history.isEmpty && scenario.situation.settings.isEmpty && scenario.situation.logs.isEmpty)
  }

  static let faults: [(JSONValue, String)] = [
    (["now": "yesterday"], "now must be an RFC 3339 time"),
    (["now": nil], "now is missing"),
    (["agents": ["shop", 7]], "agents[1] must be a string"),
    (["deliveries": ["one"]], "deliveries[0].body is missing"),
    (["deliveries": [["after": -1, "body": [:]]]], "deliveries[0].after must be from 0 to 604800 seconds"),
    (["objects": "none"], "objects must be a list"),
    (["logs": ["shop/a/b": ["current": 7]]], "logs.shop/a/b.current must be a string"),
    (["history": [["alert_name": "A", "age_days": "old"]]], "history[0].age_days must be a number"),
    (["settings": ["CONFIDENCE_THRESHOLD": [1]]], "settings.CONFIDENCE_THRESHOLD must be a string"),
    (["expect": ["outcome": "panic"]], "expect.outcome must be one of act, escalate, wait, none"),
    (["expect": ["outcome": "act", "gate": "open"]], "expect.gate must be one of auto, approval"),
    (["expect": [:]], "expect.outcome is missing"),
  ]

  @Test("A fault in a file says where it is and what was expected", arguments: faults)
  func faulty(_ change: JSONValue, _ reason: String) throws {
    var document = Self.least
    for (key, value) in try #require(change.object) { document[key] = value }
    let error = #expect(throws: (any Error).self) { try Scenario(document, name: "faulty") }
    #expect("\(try #require(error))".contains(reason))
  }

  @Test("A file that is not there, or is no JSON, is named")
  func unreadable() throws {
    let missing = #expect(throws: ScenarioError.self) { try Scenario(file: "/nowhere/scenario.json") }
    #expect(missing?.file == "/nowhere/scenario.json")
    let noJSON = #expect(throws: ScenarioError.self) { try Scenario(file: #filePath) }
    #expect(noJSON?.reason.contains("is not JSON") == true)
  }
}
