import Testing
import Wire

@testable import Pipeline

@Suite("Verification of each kind of act")
struct VerificationTests {
  private static let pod = Target(apiVersion: "v1", kind: "Pod", namespace: "shop", name: "checkout-1", uid: "p1")
  private static let node = Target(apiVersion: "v1", kind: "Node", namespace: "", name: "worker-1", uid: "n1")

  private static func order(_ action: Action, _ target: Target = Situation().target) -> Order {
    Order(
      incident: "1", action: action, target: target, preconditions: .init(), risk: action.risk,
      verdictDigest: String(repeating: "a", count: 64))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let order: Order
    let seen: Observation
    let verified: Bool

    init(_ sentence: String, _ order: Order, _ seen: Observation, _ verified: Bool) {
      testDescription = sentence
      self.order = order
      self.seen = seen
      self.verified = verified
    }
  }

  @Test(
    "counts as help what the act is for",
    arguments: [
      Row("a restart: the workload is well", order(.restartDeployment), .ended(.stable), true),
      Row("a restart: the workload is gone", order(.restartDeployment), .ended(.targetGone, ready: 0), false),
      Row("an eviction: its workload is well without it", order(.deletePod, pod), .ended(.stable), true),
      Row("an eviction: nobody watches what follows", order(.deletePod, pod), .ended(.targetGone, ready: 0), false),
      Row("a deletion: it is gone", order(.deleteDeployment), .ended(.targetGone, ready: 0), true),
      Row("a deletion: it is still there", order(.deleteDeployment), .ended(.stable), false),
      Row("a node: it is ready", order(.uncordonNode, node), .ended(.stable), true),
      Row("a node: it is not", order(.uncordonNode, node), .ended(.deadline, ready: 0), false),
    ])
  func judged(row: Row) {
    #expect(Verification.judge(.observed(row.seen), of: row.order, at: Situation.now).verified == row.verified)
  }

  @Test("watches the target of the order; of a pod in which a command ran, its workload")
  func target() {
    let evidence = Situation().evidence
    #expect(Self.order(.deletePod, Self.pod).verifiedTarget(evidence) == Self.pod)
    #expect(Self.order(.drainNode, Self.node).verifiedTarget(evidence) == Self.node)
    #expect(Self.order(.execPod, Self.pod).verifiedTarget(evidence) == Situation().target)
    #expect(Self.order(.execPod, Self.pod).verifiedTarget(nil) == Self.pod)
  }

  @Test("of an act on a node asks the cluster agent, whoever's incident it is")
  func clusterAgent() {
    #expect(Self.order(.drainNode, Self.node).agentNamespace == Command.clusterScope)
    #expect(Self.order(.deletePod, Self.pod).agentNamespace == "shop")
  }
}
