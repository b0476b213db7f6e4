import FoundationEssentials
import Testing
import Wire

@testable import AgentCore

@Suite("The journal")
struct JournalTests {
  private func entry(_ id: String) -> JournalEntry {
    JournalEntry(
      command: id, incident: "7", action: .restartDeployment,
      target: Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", uid: "u"),
      intendedAt: Timestamp(seconds: 1), notAfter: Timestamp(seconds: 121),
      ActChange(before: ["/a": nil, "/b": "x"], after: ["/a": "1"]))
  }

  private func result(_ id: String, _ text: String = "x") -> CommandResult {
    CommandResult(command: id, kind: .act, outcome: .failed(text), finishedAt: Timestamp(seconds: 2))
  }

  @Test("What is written is read again, absent values included")
  func roundTrip() throws {
    var state = JournalState()
    _ = state.begin(entry("a"))
    state.finish("a", with: result("a"))
    state.raiseEpoch(to: 4)
    let bytes = try CanonicalJSON.bytes(of: state)
    let read = try JSONDecoder().decode(JournalState.self, from: Data(bytes))
    #expect(read == state)
    #expect(read.entry("a")?.before == ["/a": nil, "/b": "x"])
  }

  @Test("An intent is written once, and its first result stays")
  func once() {
    var state = JournalState()
    let begun = [state.begin(entry("a")), state.begin(entry("a"))]
    #expect(begun == [true, true])
    #expect(state.entries.count == 1)
    state.finish("a", with: result("a", "first"))
    state.finish("a", with: result("a", "second"))
    #expect(state.entry("a")?.result?.outcome == .failed("first"))
  }

  @Test("A long output is cut in the journal, and a drain's plan goes with its result")
  func slim() {
    var state = JournalState()
    let plan = [PlannedEviction(namespace: "shop", name: "a", uid: "a")]
    let entry = JournalEntry(
      command: "a", incident: "7", action: .drainNode, target: self.entry("a").target, intendedAt: Timestamp(seconds: 1),
      notAfter: Timestamp(seconds: 2), ActChange(plan: plan))
    _ = state.begin(entry)
    #expect(state.entry("a")?.plan == plan)
    state.finish("a", with: result("a", String(repeating: "x", count: 100_000)))
    #expect(state.entry("a")?.plan == nil)
    guard case .failed(let text)? = state.entry("a")?.result?.outcome else {
      Issue.record("no result")
      return
    }
    #expect(text.count == JournalEntry.detailLimit + 1)
  }

  @Test("It stays bounded: what the control plane has goes first, what is open never")
  func bounded() {
    var state = JournalState()
    for number in 0..<JournalState.limit {
      _ = state.begin(entry("\(number)"))
      if number > 0 { state.finish("\(number)", with: result("\(number)")) }
    }
    state.acknowledge(["5"])
    _ = state.begin(entry("next"))
    #expect(state.entries.count == JournalState.limit)
    #expect(state.entry("5") == nil && state.entry("0") != nil)
    _ = state.begin(entry("another"))
    #expect(state.entry("1") == nil && state.entry("0") != nil)
  }

  @Test("Full of open intents, it takes nothing more")
  func full() {
    var state = JournalState()
    for number in 0..<JournalState.limit { _ = state.begin(entry("\(number)")) }
    let hasBegun = state.begin(entry("next"))
    #expect(!hasBegun)
  }

  @Test("Epochs only rise")
  func epochs() {
    var state = JournalState()
    state.raiseEpoch(to: 4)
    state.raiseEpoch(to: 3)
    #expect(state.epoch == 4)
  }
}
