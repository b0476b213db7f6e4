import HTTP
import Kubernetes
import Testing
import Wire

@testable import AgentCore

/// Draws the longest wait each time, so that bounds can be seen.
private struct Longest: RandomNumberGenerator {
  mutating func next() -> UInt64 { .max }
}

/// A plan that can be asked inside an expectation.
private final class Plan {
  private var plan: WatchPlan
  private var generator = Longest()

  init(_ backoff: Backoff = Backoff()) { plan = WatchPlan(backoff: backoff) }

  func listed(resourceVersion: String) -> WatchPlan.Step { plan.listed(resourceVersion: resourceVersion) }
  func saw(resourceVersion: String) { plan.saw(resourceVersion: resourceVersion) }
  func ended(afterItsTime: Bool) -> WatchPlan.Step { plan.ended(afterItsTime: afterItsTime, using: &generator) }
  func failed(_ error: KubernetesError) -> WatchPlan.Step { plan.failed(error, using: &generator) }
}

@Suite("What a watcher does next")
struct WatchPlanTests {
  @Test("It lists once, watches from there, and resumes from the last line that it saw")
  func resumes() {
    let plan = Plan()
    #expect(plan.listed(resourceVersion: "10") == .init(action: .watch(from: "10"), delay: .zero))
    plan.saw(resourceVersion: "12")
    plan.saw(resourceVersion: "15")
    #expect(plan.ended(afterItsTime: true) == .init(action: .watch(from: "15"), delay: .zero))
  }

  @Test("Expired means one list; any other failure resumes where it was")
  func expired() {
    let plan = Plan()
    _ = plan.listed(resourceVersion: "10")
    let broken = plan.failed(.transport(.closed))
    #expect(broken.action == .watch(from: "10"))
    let expired = plan.failed(KubernetesError(APIStatus(code: 410, reason: "Expired", message: "")))
    #expect(expired.action == .list)
  }

  @Test("A line that cannot be read means a list, since it may have been any change")
  func undecodable() {
    let plan = Plan()
    _ = plan.listed(resourceVersion: "10")
    #expect(plan.failed(.undecodable("object")).action == .list)
  }

  @Test("Waits double up to a bound, and a line resets them")
  func backsOff() {
    let plan = Plan(Backoff(base: .seconds(1), cap: .seconds(8)))
    let waits = (0..<6).map { _ in plan.failed(.transport(.closed)).delay }
    #expect(waits == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
    plan.saw(resourceVersion: "1")
    #expect(plan.failed(.transport(.closed)).delay == .seconds(1))
  }

  @Test("The server's Retry-After is kept, with jitter on top, since everybody was told the same")
  func retryAfter() {
    let plan = Plan(Backoff(base: .seconds(1), cap: .seconds(8)))
    let error = KubernetesError(APIStatus(code: 429, message: "", retryAfter: .seconds(20)))
    #expect(plan.failed(error).delay == .seconds(21))
  }

  @Test("A 403 is asked again soon at first, since RBAC loads late, and seldom when it lasts")
  func refusals() {
    let plan = Plan()
    let error = KubernetesError(APIStatus(code: 403, reason: "Forbidden", message: ""))
    let waits = (0..<10).map { _ in plan.failed(error).delay }
    #expect(waits.prefix(8).allSatisfy { $0 <= .seconds(30) })
    #expect(waits.suffix(2).allSatisfy { $0 >= .seconds(60) })
    _ = plan.listed(resourceVersion: "1")
    #expect(plan.failed(error).delay <= .seconds(30))
  }

  @Test("A server that ends watches at once is not asked in a hot loop")
  func cutShort() {
    let plan = Plan(Backoff(base: .seconds(1), cap: .seconds(8)))
    _ = plan.listed(resourceVersion: "10")
    #expect(plan.ended(afterItsTime: false).delay == .seconds(1))
    #expect(plan.ended(afterItsTime: false).delay == .seconds(2))
  }
}

/// A session that can be asked inside an expectation.
private final class Session {
  private var session = LinkSession(backoff: Backoff(base: .seconds(1), cap: .seconds(30)))
  private var generator = Longest()

  func welcomed() -> LinkSession.Step { session.welcomed() }
  func failed(_ failure: LinkFailure) -> LinkSession.Step { session.failed(failure, using: &generator) }
  func polled(progressed: Bool, duration: Duration) -> LinkSession.Step {
    session.polled(progressed: progressed, duration: duration, using: &generator)
  }
}

@Suite("What the link does next")
struct LinkSessionTests {
  private let session = Session()

  @Test("After hello it polls; polls that wait or bring something follow at once")
  func polls() {
    #expect(session.welcomed() == .init(action: .poll, delay: .zero))
    #expect(session.polled(progressed: false, duration: .seconds(50)) == .init(action: .poll, delay: .zero))
    #expect(session.polled(progressed: true, duration: .zero) == .init(action: .poll, delay: .zero))
  }

  @Test("A poll that comes back at once with nothing new backs off")
  func noHotLoop() {
    #expect(session.polled(progressed: false, duration: .zero).delay == .seconds(1))
    #expect(session.polled(progressed: false, duration: .zero).delay == .seconds(2))
  }

  @Test("Every failure begins again with hello, after a growing wait")
  func failures() {
    for failure in [
      LinkFailure.transport(.closed), .unexpected(status: 500), .refused(LinkError(code: .unknownBoot, message: "")),
      .refused(LinkError(code: .unavailable, message: "")),
    ] {
      #expect(session.failed(failure).action == .hello)
    }
    #expect(session.failed(.transport(.closed)).delay == .seconds(16))
  }

  @Test("Another life of the agent is given way to")
  func superseded() {
    let step = session.failed(.refused(LinkError(code: .superseded, message: "")))
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
    for _ in 0..<500 {
      let wait = backoff.failed()
      #expect(wait <= .seconds(30))
    }
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
