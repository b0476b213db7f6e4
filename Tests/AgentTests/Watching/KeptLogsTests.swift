import Testing
import Wire

@testable import AgentCore

@Suite("Logs of containers that died")
struct KeptLogsTests {
  private let now = Timestamp(seconds: 1_700_000_000)

  private func pod(_ name: String, ended ago: Int = 5, restarts: Int = 1) -> CachedPod {
    let run = CachedContainer.Run(startedAt: nil, finishedAt: now - .seconds(ago), exitCode: 1, reason: "Error")
    return .sample(
      name, containers: [CachedContainer(name: "app", restarts: restarts, state: .running(since: now), last: run)])
  }

  @Test("Each run is asked for once, and a later one again")
  func once() {
    var logs = KeptLogs()
    let wanted = [logs.note(pod("a"), at: now), logs.note(pod("a"), at: now), logs.note(pod("a", ended: 1), at: now)]
    #expect(wanted == [true, false, true])
    let next = [logs.next(), logs.next()]
    #expect(next.map { $0?.run.finishedAt } == [now - .seconds(1), nil], "the newest run alone")
  }

  @Test("A run that ended long ago is not asked for, nor one that is not over")
  func old() {
    var logs = KeptLogs()
    let wanted = [logs.note(pod("a", ended: 600), at: now), logs.note(.sample("b"), at: now)]
    #expect(wanted == [false, false])
  }

  @Test("The newest stay, one for each container")
  func bounded() throws {
    var logs = KeptLogs()
    for number in 0..<40 { _ = logs.note(pod("p\(number)"), at: now) }
    var taken: [KeptLogs.Death] = []
    while let death = logs.next() { taken.append(death) }
    #expect(taken.count == KeptLogs.limit && taken.first?.pod == "p39")
    for (number, death) in taken.reversed().enumerated() {
      logs.keep(KeptLog(death: death, takenAt: now, bytes: [UInt8(number)]))
    }
    let again = try #require(taken.first)
    logs.keep(KeptLog(death: again, takenAt: now + .seconds(1), bytes: [99]))
    #expect(logs.log(pod: "uid-p39", container: "app")?.bytes == [99])
    #expect(logs.log(pod: "uid-p8", container: "app")?.bytes == [0])
    #expect(logs.log(pod: "uid-p7", container: "app") == nil)
  }
}
