import Testing
import Wire

@testable import AgentCore

@Suite("What the cache shows to be wrong")
struct SignalFinderTests {
  private static let now = Timestamp(seconds: 1_700_000_000)

  private func find(_ pods: [CachedPod], _ workloads: [CachedWorkload] = [], at now: Timestamp = now) -> SignalFindings {
    var cache = NamespaceCache()
    _ = cache.replace(pods)
    _ = cache.replace(workloads)
    return SignalFinder.find(in: cache, at: now)
  }

  private static func run(ended ago: Int, lasted: Int = 2, code: Int = 1, reason: String = "Error") -> CachedContainer.Run {
    CachedContainer.Run(
      startedAt: now - .seconds(ago + lasted), finishedAt: now - .seconds(ago), exitCode: code, reason: reason)
  }

  private static func container(
    _ state: CachedContainer.State, restarts: Int = 3, last: CachedContainer.Run? = nil
  ) -> CachedContainer {
    CachedContainer(name: "app", restarts: restarts, state: state, last: last)
  }

  private static func waiting(_ reason: String, _ message: String = "") -> CachedContainer {
    container(.waiting(reason: reason, message: message), restarts: 0)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let pod: CachedPod
    let kinds: [Signal.Kind]

    init(_ name: String, _ pod: CachedPod, _ kinds: Signal.Kind...) {
      testDescription = name
      self.pod = pod
      self.kinds = kinds
    }

    init(_ name: String, _ container: CachedContainer, _ kinds: Signal.Kind...) {
      testDescription = name
      pod = .sample("a", containers: [container])
      self.kinds = kinds
    }
  }

  static let cases: [Case] = [
    Case("nothing for a healthy pod", .sample("a")),
    Case("nothing for a container that is being created", waiting("ContainerCreating")),
    Case("a back-off", container(.waiting(reason: "CrashLoopBackOff", message: ""), restarts: 1), .crashLoopBackOff),
    Case(
      "the run between two back-offs", container(.running(since: now - .seconds(5)), last: run(ended: 6)), .crashLoopBackOff),
    Case("the moment after an exit", container(.ended(run(ended: 0)), last: run(ended: 30)), .crashLoopBackOff),
    Case("not the first restart", container(.running(since: now - .seconds(5)), restarts: 1, last: run(ended: 6))),
    Case("not a run that lasts", container(.running(since: now - .seconds(61)), last: run(ended: 62))),
    Case(
      "a container that lives for two minutes each time is not well after one",
      container(.running(since: now - .seconds(100)), last: run(ended: 101, lasted: 120)), .crashLoopBackOff),
    Case(
      "not a container that had run for hours",
      container(.running(since: now - .seconds(5)), last: run(ended: 6, lasted: 7200))),
    Case(
      "an OOM kill, beside the loop that it makes",
      container(
        .waiting(reason: "CrashLoopBackOff", message: ""), last: run(ended: 6, code: 137, reason: "OOMKilled")),
      .crashLoopBackOff, .oomKilled),
    Case(
      "an OOM kill after which it runs",
      container(.running(since: now - .seconds(5)), restarts: 1, last: run(ended: 6, code: 137, reason: "OOMKilled")), .oomKilled),
    Case(
      "not an OOM kill of an hour ago",
      container(.running(since: now - .seconds(3599)), restarts: 1, last: run(ended: 3600, code: 137, reason: "OOMKilled"))),
    Case("a pull error", waiting("ErrImagePull", "not found"), .imagePullBackOff),
    Case("its back-off", waiting("ImagePullBackOff"), .imagePullBackOff),
    Case("a missing ConfigMap", waiting("CreateContainerConfigError"), .configError),
    Case(
      "no node for half a minute",
      .sample("a", unschedulable: .init(since: now - .seconds(30), message: "0/3 nodes")), .unschedulable),
    Case("not yet", .sample("a", unschedulable: .init(since: now - .seconds(29), message: "0/3 nodes"))),
    Case("long after its grace period", .sample("a", deletionDue: now - .seconds(60)), .stuckTerminating),
    Case("not shortly after it", .sample("a", deletionDue: now - .seconds(59))),
    Case(
      "nothing else of what is on its way out",
      .sample("a", deletionDue: now + .seconds(30), containers: [waiting("ErrImagePull")])),
  ]

  @Test("A table of pods", arguments: cases)
  func table(_ one: Case) {
    #expect(find([one.pod]).signals.map(\.kind) == one.kinds)
  }

  @Test("A rollout past its deadline is the workload's own trouble")
  func rollout() {
    let complaint = CachedWorkload.Complaint(
      reason: "ProgressDeadlineExceeded", message: "ReplicaSet \"web-2\" has timed out progressing.", since: Self.now)
    let found = find([], [.sample(complaint: complaint)]).signals
    #expect(found.map(\.kind) == [.rolloutStuck] && found.first?.pod == nil)
    #expect(found.first?.workload == WorkloadName(kind: "Deployment", name: "web"))
    let job = CachedWorkload.Complaint(reason: "BackoffLimitExceeded", message: "", since: Self.now)
    #expect(find([], [.sample(kind: "Job", complaint: job)]).signals.isEmpty)
  }

  @Test("Pods of one workload are one signal by the first of them; bare pods are one each")
  func folded() {
    let bad = [Self.waiting("ErrImagePull", "not found"), Self.waiting("ErrImagePull", "too")]
    let found = find([
      .sample("b", containers: bad), .sample("a", containers: bad), .sample("x", owner: nil, containers: bad),
      .sample("y", owner: nil, containers: bad),
    ]).signals
    #expect(found.map(\.pod) == ["x", "y", "a"])
    #expect(found.map(\.pods) == [1, 1, 2])
  }

  @Test("It says when the time alone will change the answer")
  func nextLook() {
    let due = Self.now - .seconds(10)
    let pods: [CachedPod] = [
      .sample("a", unschedulable: .init(since: due, message: "")), .sample("b", deletionDue: due), .sample("c"),
    ]
    let found = find(pods)
    #expect(found.signals.isEmpty && found.nextLook == due + SignalFinder.schedulingGrace)
    let later = find(pods, at: due + SignalFinder.schedulingGrace)
    #expect(later.signals.map(\.kind) == [.unschedulable])
    #expect(later.nextLook == due + SignalFinder.terminationMargin)
    #expect(find([.sample("c")]).nextLook == nil)
    let running = Self.container(.running(since: Self.now), last: Self.run(ended: 1))
    #expect(find([.sample("a", containers: [running])]).nextLook == Self.now + .seconds(60))
  }
}

@Suite("What the control plane is told of signals")
struct SignalBookTests {
  private let start = Timestamp(seconds: 1_700_000_000)

  private func signal(
    _ kind: Signal.Kind = .imagePullBackOff, pod: String = "a", pods: Int = 1, since: Int = 0, _ message: String = "not found"
  ) -> Signal {
    Signal(
      kind: kind, pod: pod, container: "app", workload: WorkloadName(kind: "Deployment", name: "web"), pods: pods,
      since: start + .seconds(since), message: message)
  }

  private func book(_ found: [Signal]) -> SignalBook {
    var book = SignalBook(boot: "b")
    book.update(found)
    return book
  }

  @Test("Everything first, even if it is nothing, then all of it whenever it changes")
  func reports() throws {
    var book = book([])
    let first = book.next()
    #expect(first == SignalReport(boot: "b", revision: 1, signals: []))
    book.acknowledged(1)
    let quiet = book.next()
    #expect(quiet == nil)
    book.update([signal()])
    let second = book.next()
    #expect(second?.revision == 2 && second?.signals == [signal()])
    let meanwhile = book.next()
    #expect(meanwhile == nil, "one at a time")
    book.update([])
    book.acknowledged(2)
    let third = book.next()
    #expect(third?.signals == [])
  }

  @Test("An acknowledgement of another report counts for nothing, and a new session is told again")
  func sessions() {
    var book = book([signal()])
    _ = book.next()
    book.acknowledged(7)
    book.reportNeeded()
    let again = book.next()
    #expect(again?.revision == 2 && again?.signals.count == 1)
    book.acknowledged(2)
    book.reportNeeded()
    let anew = book.next()
    #expect(anew?.revision == 3)
  }

  @Test("A signal that goes on keeps its beginning and its words; another pod brings its own")
  func goesOn() {
    var book = book([signal(since: 5)])
    _ = book.next()
    book.acknowledged(1)
    book.update([signal(since: 20, "Back-off pulling image")])
    let same = book.next()
    #expect(same == nil)
    book.update([signal(pod: "b", since: 30, "Back-off pulling image")])
    let other = book.next()
    #expect(other?.signals == [signal(pod: "b", since: 5, "Back-off pulling image")])
  }

  @Test("Messages are redacted, one line, and short; the list has a bound")
  func bounds() throws {
    let secret = "pull from https://bob:hunter2-Zx9@registry/x failed\nagain " + String(repeating: "x", count: 1000)
    let many = (0..<600).map { number in
      Signal(kind: .unschedulable, pod: "p\(number)", since: start, message: number == 0 ? secret : "")
    }
    var book = book(many)
    let next = book.next()
    let report = try #require(next)
    #expect(report.signals.count == SignalReport.limit && report.omitted == 100)
    let message = try #require(report.signals.first { $0.pod == "p0" }?.message)
    #expect(!message.contains("hunter2") && !message.contains("\n") && message.count <= 300)
  }
}
