import HTTP
import Kubernetes
import Testing
import Wire

@testable import AgentCore

@Suite("The ledger of blindness")
struct BlindnessLedgerTests {
  private let start = Timestamp(seconds: 1_700_000_000)

  private func at(_ seconds: Double) -> Timestamp { start + .milliseconds(Int64(seconds * 1000)) }

  private func span(_ what: String, _ from: Double, _ to: Double?, _ why: String = "lost") -> BlindSpan {
    BlindSpan(what: what, why: why, from: at(from), to: to.map(at))
  }

  enum Step: Sendable {
    case lost(String, Double)
    case regained(String, Double)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
    let spans: [(String, Double, Double?)]
  }

  static let cases: [Case] = [
    Case(testDescription: "nothing lost", steps: [], spans: []),
    Case(testDescription: "what lasts has no end", steps: [.lost("pods", 1)], spans: [("pods", 1, nil)]),
    Case(
      testDescription: "what is over has", steps: [.lost("pods", 1), .regained("pods", 9)], spans: [("pods", 1, 9)]),
    Case(
      testDescription: "a second loss changes nothing", steps: [.lost("pods", 1), .lost("pods", 5), .regained("pods", 9)],
      spans: [("pods", 1, 9)]),
    Case(testDescription: "a blink is not kept", steps: [.lost("pods", 1), .regained("pods", 1.5)], spans: []),
    Case(
      testDescription: "losses close together are one",
      steps: [.lost("pods", 1), .regained("pods", 9), .lost("pods", 13), .regained("pods", 20)], spans: [("pods", 1, 20)]),
    Case(
      testDescription: "others are two, newest first",
      steps: [.lost("pods", 1), .regained("pods", 9), .lost("pods", 15), .regained("pods", 20)],
      spans: [("pods", 15, 20), ("pods", 1, 9)]),
    Case(
      testDescription: "each thing for itself, what lasts before what is over",
      steps: [.lost("pods", 1), .lost("events", 2), .regained("pods", 9)], spans: [("events", 2, nil), ("pods", 1, 9)]),
    Case(testDescription: "nothing is regained that was not lost", steps: [.regained("pods", 9)], spans: []),
  ]

  @Test("A table of losses", arguments: cases)
  func table(_ one: Case) {
    var ledger = BlindnessLedger()
    for step in one.steps {
      switch step {
      case .lost(let what, let time): ledger.lost(what, why: "lost", from: at(time))
      case .regained(let what, let time): ledger.regained(what, at: at(time))
      }
    }
    #expect(ledger.newestFirst == one.spans.map { span($0.0, $0.1, $0.2) })
  }

  @Test("It keeps the newest, and finds those of a time")
  func bounded() {
    var ledger = BlindnessLedger()
    for number in 0..<100 {
      ledger.lost("pods", why: "lost", from: at(Double(number) * 100))
      ledger.regained("pods", at: at(Double(number) * 100 + 10))
    }
    ledger.lost("events", why: "lost", from: at(9_950))
    #expect(ledger.newestFirst.count == BlindnessLedger.limit)
    #expect(ledger.newestFirst.first?.what == "events")
    let found = ledger.spans(overlapping: at(9_805), at(9_999))
    #expect(found == [span("pods", 9_800, 9_810), span("pods", 9_900, 9_910), span("events", 9_950, nil)])
    #expect(ledger.spans(overlapping: at(9_811), at(9_899)).isEmpty)
  }
}

@Suite("The health of the watches")
struct WatchHealthTests {
  private let start = Timestamp(seconds: 1_700_000_000)
  private let forbidden = KubernetesError(APIStatus(code: 403, reason: "Forbidden", message: "no"))

  private func health(_ watched: String...) -> WatchHealth {
    var health = WatchHealth(watching: watched)
    health.began(at: start, lastSign: nil)
    return health
  }

  @Test("Complete when every kind was listed, live while each is heard, blind until then")
  func complete() {
    var health = health("pods", "events")
    #expect(!health.isComplete)
    _ = health.heard("pods", at: start + .seconds(2))
    #expect(!health.isComplete && health.ledger.isBlind("events") && !health.ledger.isBlind("pods"))
    _ = health.heard("events", at: start + .seconds(3))
    #expect(health.isComplete && health.isWell(at: start + .seconds(3)))
    #expect(health.nextSilence(after: start + .seconds(3)) == start + .seconds(2) + WatchHealth.silenceLimit)
    #expect(!health.isWell(at: start + .seconds(500)))
    #expect(health.impairments(at: start + .seconds(500)) == ["the watch of pods is silent", "the watch of events is silent"])
  }

  @Test("A 403 that lasts is an impairment that nothing waits for, and one that passes is forgotten")
  func denied() {
    var health = health("pods", "jobs")
    health.failed("jobs", forbidden, at: start)
    health.failed("pods", forbidden, at: start + .seconds(5))
    #expect(!health.isComplete && !health.isWell(at: start), "an API server that starts")
    _ = health.heard("pods", at: start + .seconds(6))
    health.failed("jobs", forbidden, at: start + .seconds(30))
    #expect(health.isComplete && health.isWell(at: start + .seconds(30)))
    #expect(health.impairments(at: start + .seconds(30)).first?.hasPrefix("jobs may not be watched: ") == true)
    _ = health.heard("jobs", at: start + .seconds(40))
    #expect(health.impairments(at: start + .seconds(40)).isEmpty)
    #expect(!health.ledger.isBlind("jobs"))
  }

  @Test("A connection that fell silent was blind since its last line, one that broke since it broke")
  func silence() {
    var health = health("pods", "events")
    for name in ["pods", "events"] { _ = health.heard(name, at: start) }
    health.failed("pods", .transport(.timedOut(.idle)), at: start + .seconds(150))
    health.failed("events", .transport(.transfer(code: 18, message: "cut")), at: start + .seconds(150))
    let spans = health.ledger.newestFirst
    #expect(spans.first { $0.what == "pods" }?.from == start)
    #expect(spans.first { $0.what == "events" }?.from == start + .seconds(150))
    #expect(spans.contains { $0.what == "api" && $0.to == nil })
    _ = health.heard("pods", at: start + .seconds(160))
    #expect(!health.ledger.isBlind("api") && health.ledger.isBlind("events"))
  }

  @Test("The time in which no agent ran is in it, when an earlier life left a sign")
  func earlierLife() {
    var health = WatchHealth(watching: ["pods"])
    health.began(at: start, lastSign: start - .seconds(90))
    let gap = health.ledger.newestFirst.first { $0.what == "agent" }
    #expect(gap?.from == start - .seconds(90) && gap?.to == start)
  }
}
