import Testing

@testable import AgentCore

@Suite("Which lines of a log are kept")
struct LogSelectionTests {
  private static let noise = (0..<1500).map { "{\"level\":\"info\",\"msg\":\"GET /healthz 200 \($0)ms\"}" }

  @Test("The error before a flood of noise is kept with its stack, and so is the end")
  func noise() {
    let crash = [
      "starting version 1.2.3", "connecting to db:5432",
      "java.lang.IllegalStateException: cannot open ledger 42", "\tat com.shop.Ledger.open(Ledger.java:10)",
      "\tat com.shop.Main.main(Main.java:5)", "Caused by: java.io.IOException: No space left on device",
    ]
    let selection = LogSelection(of: crash + Self.noise, limit: 50)
    #expect(selection.lines.count <= 50)
    #expect(crash.allSatisfy { selection.lines.contains($0) })
    #expect(selection.lines.last?.hasPrefix(Self.noise[1499]) == true)
    #expect(selection.telling.map { selection.lines[$0] } == [crash[2], crash[5]])
    #expect(selection.omitted == 1506 - selection.lines.count)
  }

  @Test("Repeats are folded, so that a rare error between them is seen")
  func repeats() {
    let retry = (0..<900).map { "2026-11-22T10:00:\($0 % 60)Z ERROR retry \($0): connection refused id=a\($0)f" }
    let rare = "2026-11-22T10:00:00Z ERROR configuration key FEATURE_X is missing"
    let selection = LogSelection(of: Array(retry[..<400]) + [rare] + Array(retry[400...]), limit: 50)
    #expect(selection.lines.contains(rare))
    #expect(selection.lines.contains { $0.contains("more like it)") })
    #expect(selection.lines.first == retry[0], "since when it fails")
    #expect(selection.lines.count < 20)
  }

  @Test("A short log is kept as it is")
  func short() {
    let lines = ["a", "ERROR b", "c"]
    #expect(LogSelection(of: lines, limit: 50) == LogSelection(lines: lines, telling: [1], omitted: 0))
    #expect(LogSelection(of: [], limit: 50) == LogSelection(lines: [], telling: [], omitted: 0))
  }

  @Test(
    "A line tells by its level and by its words",
    arguments: [
      (#"{"level":"error","msg":"dial tcp: connection refused"}"#, 3), (#"{"level":50,"time":1,"msg":"worker 3"}"#, 3),
      (#"{"level":30,"time":1,"msg":"GET / 200 4ms"}"#, 0), (#"{"level":"fatal","msg":"exiting"}"#, 4),
      ("level=warn msg=\"slow query\"", 1), ("2026/11/08 [error] could not connect", 3),
      ("E1122 10:00:00.000000       1 reflector.go:150] failed to list", 3), ("I1122 10:00:00.000000       1 main.go:1] ok", 0),
      ("panic: runtime error: index out of range", 4), ("Traceback (most recent call last):", 4),
      ("ValueError: bad port", 3), ("0 errors, 12 passed", 0), ("INFO error=null done", 0),
      ("10.0.0.1 - - \"GET /api HTTP/1.1\" 503 12", 2), ("listening on :5000", 0), ("took 500 ms", 0),
      ("LOG:  checkpoint starting: time", 0), ("FATAL:  password authentication failed for user \"x\"", 4),
    ])
  func weights(_ line: String, _ weight: Int) { #expect(LineWeight.of(line) == weight, "\(line)") }
}
