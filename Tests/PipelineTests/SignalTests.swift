import Pipeline
import Testing
import Wire

@Suite("What agents see by themselves")
struct SignalTests {
  private func signal(
    _ kind: Signal.Kind = .crashLoopBackOff, pod: String? = "checkout-1", workload: WorkloadName? = Situation.workload,
    since: Timestamp = Situation.now, message: String = "back-off 20s"
  ) -> Signal {
    Signal(kind: kind, pod: pod, container: "app", workload: workload, pods: 3, since: since, message: message)
  }

  @Test(
    "become alerts under the original document's names",
    arguments: zip(
      Signal.Kind.allCases,
      [
        "PodCrashLoopBackOff", "PodOOMKilled", "ImagePullBackOff", "PodCreateContainerConfigError", "PodUnschedulable",
        "PodStuckTerminating", "RolloutStuck",
      ]))
  func names(kind: Signal.Kind, name: String) {
    let alert = Alert(signal(kind), in: "shop")
    #expect(alert.name == name)
    #expect(alert.source == .signal)
    #expect(alert.labels["source"] == "signal")
    #expect(alert.labels["namespace"] == "shop")
    #expect(alert.labels["deployment"] == "checkout")
  }

  @Test("are the same alert by namespace, workload, kind and beginning, whatever pod shows it first")
  func key() {
    let first = Alert(signal(), in: "shop").key
    #expect(Alert(signal(pod: "checkout-2", message: "back-off 40s"), in: "shop").key == first)
    #expect(Alert(signal(), in: "bank").key != first)
    #expect(Alert(signal(.oomKilled), in: "shop").key != first)
    #expect(Alert(signal(workload: nil), in: "shop").key != first)
    #expect(Alert(signal(since: Situation.now + .seconds(1)), in: "shop").key != first)
  }

  @Test(
    "are refused when they are too many, or name what can be no object",
    arguments: [
      ([Signal](repeating: Self.plain, count: 501), "501 signals in one report, at most 500 expected"),
      (
        [Signal(kind: .oomKilled, pod: "../etc", since: Situation.now, message: "")],
        "not a valid report: the name of a pod or workload"
      ),
      ([Signal(kind: .oomKilled, since: Situation.now, message: "")], "not a valid report: the name of a pod or workload"),
      (
        [Signal(kind: .oomKilled, pod: "a", since: Situation.now, message: String(repeating: "x", count: 5000))],
        "not a valid report: a message, container or kind that is too long"
      ),
    ])
  func limits(signals: [Signal], reason: String) {
    let report = SignalReport(boot: "b", revision: 1, signals: signals)
    let error = #expect(throws: SignalError.self) { try report.validate() }
    #expect(error?.description == reason)
  }

  private static let plain = Signal(kind: .oomKilled, pod: "a", since: Situation.now, message: "")
}
