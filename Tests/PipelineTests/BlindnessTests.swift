import Testing
import Wire

@testable import Pipeline

@Suite("Blindness")
struct BlindnessTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let span: BlindSpan?
    let answer: String

    init(_ sentence: String, _ what: String, from: Int, to: Int?, _ answer: String) {
      testDescription = sentence
      span = BlindSpan(
        what: what, why: "the watch is silent", from: Situation.now - .seconds(from), to: to.map { Situation.now - .seconds($0) })
      self.answer = answer
    }
  }

  @Test(
    "evidence from a blind span is marked, and refused when it is too old",
    arguments: [
      Row("ended long ago", "pods", from: 900, to: 300, "passes: nothing was out of sight"),
      Row("ended just now", "pods", from: 900, to: 10, "passes: marked: pods was not watched from"),
      Row("lasts, and is short", "pods", from: 50, to: nil, "passes: marked: pods was not watched from"),
      Row("lasts, at the bound", "pods", from: 60, to: nil, "passes: marked:"),
      Row("lasts too long", "pods", from: 61, to: nil, "refuses: pods have not been watched since"),
      Row("the API is gone", "api", from: 120, to: nil, "refuses: api have not been watched since"),
      Row("only events are missing", "events", from: 900, to: nil, "passes: marked: events was not watched from"),
    ])
  func table(row: Row) throws {
    let base = Situation().evidence
    let evidence = Evidence(
      namespace: base.namespace, gatheredAt: Situation.now, facts: base.facts, omissions: [],
      blindSpans: [row.span].compactMap(\.self))
    let proposal = Proposal(
      action: .restartDeployment, target: Situation().target, preconditions: .init(), expectedEffect: "")
    let question = PolicyQuestion(
      proposal: proposal, confidence: 0.9, evidence: evidence, history: WorkloadHistory(), settings: .init(), now: Situation.now)
    let text =
      switch Rule.blindness.judge(question) {
      case .passes(let reason): "passes: \(reason)"
      case .needsApproval(let reason): "asks: \(reason)"
      case .refuses(let reason): "refuses: \(reason)"
      }
    #expect(text.hasPrefix(row.answer), "\(text)")
  }

  @Test("an agent's silence becomes a span from its last word until it is heard of again, over restarts of this side")
  func silence() {
    let start = Situation.now
    var watch = SilenceWatch()
    #expect(watch.look(at: ["shop": start], now: start).isEmpty)
    #expect(watch.look(at: ["shop": start], now: start + .seconds(75)).isEmpty)
    let gone = BlindSpan(what: "agent", why: "the agent was not heard of", from: start)
    #expect(watch.look(at: ["shop": start], now: start + .seconds(76)) == ["shop": gone])
    #expect(watch.look(at: ["shop": start], now: start + .seconds(90)).isEmpty)
    let back = BlindSpan(what: gone.what, why: gone.why, from: start, to: start + .seconds(100))
    #expect(watch.look(at: ["shop": start + .seconds(100)], now: start + .seconds(105)) == ["shop": back])

    var restarted = SilenceWatch(contacts: ["shop": start, "bank": start])
    let later = start + .seconds(200)
    let news = restarted.look(at: ["shop": later], now: later)
    #expect(news["shop"] == BlindSpan(what: gone.what, why: gone.why, from: start, to: later))
    #expect(news["bank"] == gone)
    #expect(restarted.look(at: ["shop": later + .seconds(20)], now: later + .seconds(20)).isEmpty)
  }
}
