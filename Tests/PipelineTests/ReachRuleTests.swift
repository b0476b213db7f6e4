import Testing
import Wire

@testable import Pipeline

@Suite("How far an act may reach")
struct ReachRuleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rule: Rule
    let action: Action
    let scene: Scene
    let passes: Bool
    var history = WorkloadHistory()
    var parameters = Order.Parameters()
    var preconditions = Order.Preconditions()
    var pod = 0

    init(
      _ description: String, _ rule: Rule, _ action: Action, _ scene: Scene = Scene(), passes: Bool,
      history: WorkloadHistory = .init(),
      parameters: Order.Parameters = .init(), preconditions: Order.Preconditions = .init()
    ) {
      testDescription = description
      self.rule = rule
      self.action = action
      self.scene = scene
      self.passes = passes
      self.history = history
      self.parameters = parameters
      self.preconditions = preconditions
    }
  }

  private static func budget(_ allowed: Int, observed: Bool = true) -> Scene {
    Scene().adding(
      .budget(
        BudgetFact(
          name: "pdb", disruptionsAllowed: allowed, currentHealthy: 3, desiredHealthy: 3 - allowed, expectedPods: 3,
          isObserved: observed)))
  }

  private static func namespace(_ workloads: Int, unhealthy: Int) -> Scene {
    Scene().adding(
      .namespace(
        NamespaceFact(
          name: "shop", phase: "Active", workloads: workloads, unhealthyWorkloads: (0..<unhealthy).map { "Deployment/w\($0): x" })
      ))
  }

  private static let crashed = Scene().rolledOut(.seconds(300), .image)
  private static let volume = Scene().adding(
    .claim(ClaimFact(name: "data", uid: "u", phase: "Bound", accessModes: ["ReadWriteOnce"], usedBy: ["checkout-old-0"])))

  static let cases: [Case] = [
    Case("a Ready pod, no disruption allowed", .budget, .deletePod, budget(0), passes: false),
    Case("a Ready pod, one allowed", .budget, .deletePod, budget(1), passes: true),
    Case("a Ready pod, a budget that nobody has counted yet", .budget, .deletePod, budget(1, observed: false), passes: false),
    Case("a pod that is not Ready, no disruption allowed", .budget, .deletePod, budget(0).failing(1), passes: true),
    Case("a rolling restart brings a pod before it takes one", .budget, .restartDeployment, budget(0), passes: true),
    Case("a DaemonSet's restart takes first", .budget, .restartDaemonSet, budget(0), passes: false),
    Case("a scale where an HPA scales", .autoscaled, .scaleDeployment, Scene().hpa(current: 3, maximum: 9), passes: false),
    Case("a scale where none does", .autoscaled, .scaleDeployment, passes: true),
    Case("a restart where an HPA scales", .autoscaled, .restartDeployment, Scene().hpa(current: 3, maximum: 9), passes: true),
    Case("two of five workloads unhealthy", .unhealthyNamespace, .restartDeployment, namespace(5, unhealthy: 2), passes: true),
    Case("three of five workloads unhealthy", .unhealthyNamespace, .restartDeployment, namespace(5, unhealthy: 3), passes: false),
    Case("four of ten, which is 40 %", .unhealthyNamespace, .restartDeployment, namespace(10, unhealthy: 4), passes: true),
    Case("five of ten", .unhealthyNamespace, .restartDeployment, namespace(10, unhealthy: 5), passes: false),
    Case("two of two, which is few", .unhealthyNamespace, .restartDeployment, namespace(2, unhealthy: 2), passes: true),
    Case(
      "ten pods of a small cluster", .blastRadius, .restartDeployment, passes: true,
      history: .init(podsTouchedRecently: 7, clusterPods: 50)),
    Case(
      "eleven pods of a small cluster", .blastRadius, .restartDeployment, passes: false,
      history: .init(podsTouchedRecently: 8, clusterPods: 50)),
    Case(
      "2 % of a large cluster", .blastRadius, .restartDeployment, passes: true,
      history: .init(podsTouchedRecently: 17, clusterPods: 1000)),
    Case(
      "a pod more", .blastRadius, .restartDeployment, passes: false, history: .init(podsTouchedRecently: 18, clusterPods: 1000)),
    Case(
      "twice as many", .bounds, .scaleDeployment, passes: true, parameters: .init(replicas: 6), preconditions: .init(replicas: 3)),
    Case(
      "more than twice", .bounds, .scaleDeployment, passes: false, parameters: .init(replicas: 7),
      preconditions: .init(replicas: 3)),
    Case("fewer", .bounds, .scaleDeployment, passes: false, parameters: .init(replicas: 2), preconditions: .init(replicas: 3)),
    Case("no count before", .bounds, .scaleDeployment, passes: false, parameters: .init(replicas: 4)),
    Case(
      "to the revision that serves", .soundRevision, .rollbackDeployment, crashed, passes: true, parameters: .init(revision: 4)),
    Case("to another", .soundRevision, .rollbackDeployment, crashed, passes: false, parameters: .init(revision: 3)),
    Case("a rollback of a rollout that fails", .rolloutInProgress, .rollbackDeployment, crashed, passes: true),
    Case("a restart in it", .rolloutInProgress, .restartDeployment, crashed, passes: false),
    Case("a rollback of what is well", .rolloutInProgress, .rollbackDeployment, Scene(), passes: false),
    Case(
      "a rollback of a paused rollout", .rolloutInProgress, .rollbackDeployment, crashed.with { $0.paused = true }, passes: false),
    Case("GitOps and an eviction", .gitOps, .deletePod, Scene().with { $0.gitOps = "flux:apps" }, passes: true),
    Case("GitOps and a rollback", .gitOps, .rollbackDeployment, Scene().with { $0.gitOps = "flux:apps" }, passes: false),
    Case("a ReadWriteOnce volume", .singleton, .restartDeployment, volume, passes: false),
    Case("a DaemonSet on one node", .singleton, .restartDaemonSet, Scene("DaemonSet", replicas: 1), passes: true),
  ]

  @Test("each rule on both sides of its limit", arguments: cases)
  func judge(_ example: Case) {
    let target =
      example.action == .deletePod
      ? Target(apiVersion: "v1", kind: "Pod", namespace: "shop", name: "checkout-old-0", uid: "uid-0")
      : example.scene.workload.target
    let proposal = Proposal(
      action: example.action, target: target, preconditions: example.preconditions, parameters: example.parameters,
      expectedEffect: "")
    let answer = example.rule.judge(
      PolicyQuestion(
        proposal: proposal, confidence: 0.9, evidence: example.scene.evidence, history: example.history, settings: .init(),
        now: Scene.now))
    if case .passes = answer {
      #expect(example.passes, "\(answer)")
    } else {
      #expect(!example.passes, "\(answer)")
      if case .needsApproval = answer {
        #expect(example.rule.strictness == .asksAPerson)
      } else {
        #expect(example.rule.strictness == .refuses)
      }
    }
  }

  @Test("where the best act is refused, no other act is offered in its place")
  func noWayAround() {
    let scene = Scene().using(990, 100, 120).adding(
      .budget(BudgetFact(name: "pdb", disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3, expectedPods: 3)))
    let diagnosis = Pipeline().offer(for: scene.evidence, history: .init(), actions: nil, at: Scene.now)
    #expect(diagnosis.best.id == "escalate")
    #expect(diagnosis.best.rationale.contains("budget"))
    #expect(diagnosis.candidates.allSatisfy { if case .act = $0.choice { false } else { true } })
  }
}
