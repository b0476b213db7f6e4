import Pipeline
import Testing
import Wire

@testable import Store

@Suite("Joining: which open incident an alert belongs to")
struct JoiningTests {
  private static let cart = WorkloadName(kind: "Deployment", name: "cart")

  private static func open(
    _ id: Incident.ID, mode: Incident.Mode = .normal, namespace: String = "shop", alert: String = "PodCrashLooping",
    workload: WorkloadName? = Situation.checkout, pods: [String] = ["pod-1"]
  ) -> Joining.Candidate {
    Joining.Candidate(id: id, mode: mode, namespace: namespace, alertName: alert, workload: workload, names: pods)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let opening: Opening
    let candidates: [Joining.Candidate]
    let choice: Incident.ID?

    init(_ text: String, _ opening: Opening, _ candidates: [Joining.Candidate], joins choice: Incident.ID?) {
      testDescription = text
      self.opening = opening
      self.candidates = candidates
      self.choice = choice
    }
  }

  private static let confirmed = Situation.opening(pods: ["pod-1"])
  private static let unconfirmed = Situation.opening(workload: nil, pods: ["pod-1"])
  private static let whole = Situation.opening(workload: nil, pods: [])

  static let table: [Row] = [
    Row("nothing is open", confirmed, [], joins: nil),
    Row("the same workload", confirmed, [open(1)], joins: 1),
    Row("the same workload under another alert and pod", confirmed, [open(1, alert: "Other", pods: ["pod-2"])], joins: 1),
    Row("another workload, though the pod is shared", confirmed, [open(1, workload: cart)], joins: nil),
    Row("another namespace", confirmed, [open(1, namespace: "bank")], joins: nil),
    Row("a namesake of another kind", confirmed, [open(1, workload: .init(kind: "StatefulSet", name: "checkout"))], joins: nil),
    Row("no workload there, same pod and alert", confirmed, [open(1, workload: nil)], joins: 1),
    Row("no workload here, same pod and alert", unconfirmed, [open(1)], joins: 1),
    Row("no workload on either side, same pod and alert", unconfirmed, [open(1, workload: nil)], joins: 1),
    Row("no workload here, same pod, another alert", unconfirmed, [open(1, alert: "Other")], joins: nil),
    Row("no workload here, same alert, another pod", unconfirmed, [open(1, pods: ["pod-2"])], joins: nil),
    Row("the namespace as a whole", whole, [open(1, workload: nil, pods: [])], joins: 1),
    Row("the namespace as a whole, another alert", whole, [open(1, alert: "Other", workload: nil, pods: [])], joins: nil),
    Row("the namespace as a whole is not a pod of it", whole, [open(1, workload: nil)], joins: nil),
    Row("a workload is not the namespace as a whole", whole, [open(1, pods: [])], joins: nil),
    Row("the same workload before the same pod", confirmed, [open(1, workload: nil), open(2)], joins: 2),
    Row("the oldest of several", unconfirmed, [open(3), open(2, workload: nil), open(4)], joins: 2),
    Row("a test is not joined", confirmed, [open(1, mode: .suggest)], joins: nil),
    Row("a test does not join", Situation.opening(pods: ["pod-1"], mode: .suggest), [open(1)], joins: nil),
  ]

  @Test("The choice, case by case", arguments: table)
  func choice(_ row: Row) {
    #expect(Joining.choice(for: row.opening, among: row.candidates) == row.choice)
  }
}
