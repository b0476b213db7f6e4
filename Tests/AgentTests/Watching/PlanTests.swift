import HTTP
import Kubernetes
import Testing
import Wire

@testable import AgentCore

/// Draws the longest wait each time, so that bounds can be seen.
private struct Longest: RandomNumberGenerator {
  mutating func next() -> UInt64 { .max }
}

@Suite("What a watcher does next")
struct WatchPlanTests {
  private var generator = Longest()

  @Test("It lists once, watches from there, and resumes from the last line that it saw")
  mutating func resumes() {
    var plan = WatchPlan()
    #expect(plan.listed(resourceVersion: "10") == .init(action: .watch(from: "10"), delay: .zero))
    plan.saw(resourceVersion: "12")
    plan.saw(resourceVersion: "15")
    #expect(plan.ended(afterItsTime: true, using: &generator) == .init(action: .watch(from: "15"), delay: .zero))
  }

  @Test("Expired means one list; any other failure resumes where it was")
  mutating func expired() {
    var plan = WatchPlan()
    _ = plan.listed(resourceVersion: "10")
    let broken = plan.failed(.transport(.closed), using: &generator)
    #expect(broken.action == .watch(from: "10"))
    let expired = plan.failed(KubernetesError(APIStatus(code: 410, reason: "Expired", message: "")), using: &generator)
    #expect(expired.action == .list)
  }

  @Test("A line that cannot be read means a list, since it may have been any change")
  mutating func undecodable() {
    var plan = WatchPlan()
    _ = plan.listed(resourceVersion: "10")
    #expect(plan.failed(.undecodable("object"), using: &generator).action == .list)
  }

  @Test("Waits double up to a bound, and a line resets them")
  mutating func backsOff() {
    var plan = WatchPlan(backoff: Backoff(base: .seconds(1), cap: .seconds(8)))
    let waits = (0..<6).map { _ in plan.failed(.transport(.closed), using: &generator).delay }
    #expect(waits == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
    plan.saw(resourceVersion: "1")
    #expect(plan.failed(.transport(.closed), using: &generator).delay == .seconds(1))
  }

  @Test("The server's Retry-After is kept")
  mutating func retryAfter() {
    var plan = WatchPlan()
    let error = KubernetesError(APIStatus(code: 429, message: "", retryAfter: .seconds(20)))
    #expect(plan.failed(error, using: &generator).delay == .seconds(20))
  }

  @Test("A server that ends watches at once is not asked in a hot loop")
  mutating func cutShort() {
    var plan = WatchPlan(backoff: Backoff(base: .seconds(1), cap: .seconds(8)))
    _ = plan.listed(resourceVersion: "10")
    #expect(plan.ended(afterItsTime: false, using: &generator).delay == .seconds(1))
    #expect(plan.ended(afterItsTime: false, using: &generator).delay == .seconds(2))
  }
}

@Suite("What the link does next")
struct LinkSessionTests {
  private var generator = Longest()
  private var session = LinkSession(backoff: Backoff(base: .seconds(1), cap: .seconds(30)))

  @Test("After hello it polls; polls that wait or bring something follow at once")
  mutating func polls() {
    #expect(session.welcomed() == .init(action: .poll, delay: .zero))
    #expect(session.polled(progressed: false, duration: .seconds(50), using: &generator) == .init(action: .poll, delay: .zero))
    #expect(session.polled(progressed: true, duration: .zero, using: &generator) == .init(action: .poll, delay: .zero))
  }

  @Test("A poll that comes back at once with nothing new backs off")
  mutating func noHotLoop() {
    #expect(session.polled(progressed: false, duration: .zero, using: &generator).delay == .seconds(1))
    #expect(session.polled(progressed: false, duration: .zero, using: &generator).delay == .seconds(2))
  }

  @Test("Every failure begins again with hello, after a growing wait")
  mutating func failures() {
    for failure in [
      LinkFailure.transport(.closed), .unexpected(status: 500), .refused(LinkError(code: .unknownBoot, message: "")),
      .refused(LinkError(code: .unavailable, message: "")),
    ] {
      #expect(session.failed(failure, using: &generator).action == .hello)
    }
    #expect(session.failed(.transport(.closed), using: &generator).delay == .seconds(16))
  }

  @Test("Another life of the agent is given way to")
  mutating func superseded() {
    let step = session.failed(.refused(LinkError(code: .superseded, message: "")), using: &generator)
    #expect(step.delay >= LinkSession.supersededPause)
  }
}

@Suite("Full jitter")
struct BackoffTests {
  @Test("Waits are spread over the whole range")
  func spread() {
    var generator = SystemRandomNumberGenerator()
    let waits = (0..<200).map { _ in
      var backoff = Backoff(base: .seconds(10), cap: .seconds(10))
      return backoff.failed(using: &generator)
    }
    #expect(waits.contains { $0 < .seconds(3) })
    #expect(waits.contains { $0 > .seconds(7) })
    #expect(waits.allSatisfy { $0 >= .zero && $0 <= .seconds(10) })
  }

  @Test("Many failures do not overflow")
  func manyFailures() {
    var backoff = Backoff()
    for _ in 0..<500 { #expect(backoff.failed() <= .seconds(30)) }
  }
}

@Suite("Waiting for changes")
struct ChangeSignalTests {
  @Test("A change between looking and waiting is not missed", .timeLimit(.minutes(1)))
  func notMissed() async {
    let signal = ChangeSignal()
    let seen = signal.version
    signal.raise()
    await signal.wait(after: seen)
  }

  @Test("Cancellation and deadlines end a wait", .timeLimit(.minutes(1)))
  func ends() async {
    let signal = ChangeSignal()
    await signal.wait(after: signal.version, until: SystemWallClock().now + .milliseconds(5), clock: SystemWallClock())
    let task = Task { await signal.wait(after: signal.version) }
    task.cancel()
    await task.value
  }

  @Test("Many waiters all wake", .timeLimit(.minutes(1)))
  func many() async {
    let signal = ChangeSignal()
    await withTaskGroup(of: Void.self) { group in
      let seen = signal.version
      for _ in 0..<100 { group.addTask { await signal.wait(after: seen) } }
      signal.raise()
    }
  }
}
