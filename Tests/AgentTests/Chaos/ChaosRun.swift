import Foundation
import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

/// One seeded run of an agent between a cluster and a control plane that both misbehave, and what must hold afterwards.
final class ChaosRun {
  /// Faults that must be met, not only set, before the run may end.
  static let faults = 500
  private static let deployments = (0..<6).map { "service-\($0)" }
  private static let user = "system:serviceaccount:shop:ai-sre-agent"

  private let fixture: ClusterFixture
  private let plane = ControlPlaneDouble()
  private let link: TornLink
  private var random: SeededGenerator
  private var agent: Task<Void, any Error>?
  private var sent: [String: Order] = [:]
  /// Faults that need no request to meet them: restarts, cuts, a forgotten history.
  private var struck = 0

  private init(_ fixture: ClusterFixture, seed: UInt64) {
    self.fixture = fixture
    link = TornLink(plane)
    random = SeededGenerator(seed: seed)
  }

  static func run(seed: UInt64) async throws {
    try await ClusterFixture.with(speed: 10, manifests: manifests) { fixture in
      let run = ChaosRun(fixture, seed: seed)
      defer { run.agent?.cancel() }
      try await run.storm()
      let endedInTheStorm = run.plane.results.count
      try await run.calm()
      await run.expectOneEffectEach()
      #expect(endedInTheStorm > 0, "every command waited for the calm")
    }
  }

  private static let manifests = deployments.map { name in
    """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: shop, annotations: {simulator.ai-sre.dev/age: 2h}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec: {containers: [{name: app, image: "shop/\(name):1"}]}

    """
  }.joined()

  private func restartAgent() async throws {
    agent?.cancel()
    try await agent?.value
    let agent = fixture.agent(link, root: plane.keys)
    self.agent = Task { try await agent.run() }
  }

  private func storm() async throws {
    try await restartAgent()
    var number = 0
    while await met < Self.faults {
      guard number < 5 * Self.faults else { throw Overdue("\(Self.faults) faults are met", after: .zero) }
      defer { number += 1 }
      try await strike(number)
      if number % 10 == 3 { try await command(number) }
      if number % 4 == 1 { try await change(number) }
      // Faults must be met by requests, or they would only pile up.
      try await Task.sleep(for: .milliseconds(Int.random(in: 10...70, using: &random)))
    }
  }

  private var met: Int { get async { await struck + link.met + fixture.cluster.failuresMet } }

  private func strike(_ number: Int) async throws {
    let cluster = fixture.cluster
    func fail(_ effect: APIFailure.Effect, _ method: String? = nil) async {
      await cluster.fail(APIFailure(effect, method: method, user: Self.user))
    }
    switch number {
    case _ where number % 50 == 20:
      struck += 1
      return try await restartAgent()
    case _ where number % 50 == 40:
      struck += 1
      return link.restartControlPlane()
    // The server takes seconds to end, since it waits for its clients' part of each TLS closure.
    case 150, 350:
      struck += 1
      await cluster.stopServer()
      return try await cluster.startServer()
    default: break
    }
    let method = ["PATCH", "PUT", "GET", "GET", "GET", nil, nil, nil].randomElement(using: &random) ?? nil
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      struck += 1
      cluster.cutConnections()
    case 1:
      struck += 1
      await cluster.dropWatchHistory()
      cluster.cutConnections()
    case 2: await fail(.delay(seconds: 0.2), method)
    case 3: await fail(.cutBefore, method)
    case 4: await fail(.cutAfter, method)
    case 5: await fail(.status(429), method)
    case 6: await fail(.status(500), method)
    default:
      // An agent that always loses its link waits longer and longer, and then meets nothing else.
      if link.waiting == 0 { link.next(TornLink.Fault.allCases.randomElement(using: &random) ?? .slow) }
    }
  }

  private func command(_ number: Int) async throws {
    let ended = Set(plane.results.map(\.command))
    // An order about what another order is about to change would only be refused.
    let busy = Set(sent.filter { !ended.contains($0.key) }.map(\.value.target.name))
    guard let name = Self.deployments.filter({ !busy.contains($0) }).randomElement(using: &random) else { return }
    let scales = Bool.random(using: &random)
    let object = try await administrator {
      try await $0.get(ObjectPlace(Deployment.type, namespace: "shop", name: name))
    }
    let replicas = object.integer(Places.replicas) ?? 1
    let order = Order(
      incident: "7", action: scales ? .scaleDeployment : .restartDeployment,
      target: Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: name, uid: object.metadata.uid),
      preconditions: .init(templateDigest: object[Places.template].map(TemplateDigest.of), replicas: scales ? replicas : nil),
      parameters: .init(replicas: scales ? replicas % 4 + 1 : nil), risk: .medium,
      verdictDigest: String(repeating: "a", count: 64))
    sent["act-\(number)"] = order
    plane.send(id: "act-\(number)", .act(order))
  }

  /// The team's own changes: a pod that goes, a Deployment that comes or grows.
  private func change(_ number: Int) async throws {
    let name = "team-\(number % 7)"
    let manifest = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(name), namespace: shop}
      spec:
        replicas: \(Int.random(in: 0...3, using: &random))
        selector: {matchLabels: {app: \(name)}}
        template:
          metadata: {labels: {app: \(name)}}
          spec: {containers: [{name: app, image: "shop/\(name):\(number)"}]}
      """
    try await fixture.cluster.apply(ManifestLoader.seeds(yaml: manifest).map(\.object))
  }

  /// The administrator's connection is cut as well.
  private func administrator<Answer>(_ body: (KubernetesClient) async throws -> Answer) async throws -> Answer {
    try await waitFor("the administrator's answer", within: .seconds(10)) { try await body(fixture.administrator) }
  }
}

extension ChaosRun {
  /// Everything works again: what was sent must end, and what is held must become the truth.
  private func calm() async throws {
    await fixture.cluster.removeFailure()
    link.heal()
    // A new life takes up what the last one left.
    try await restartAgent()
    try await waitUntil("every command has a result", within: .seconds(60), every: .milliseconds(50)) {
      let ended = Set(plane.results.map(\.command))
      return sent.keys.allSatisfy(ended.contains)
    }
    try await waitUntil("the inventory is the truth", within: .seconds(60), every: .milliseconds(50)) {
      await difference().isEmpty
    }
  }

  /// What the control plane holds and the cluster does not have, and the other way round.
  private func difference() async -> Set<String> {
    let held = link.inventory
    let pods = await fixture.cluster.objects("pods", namespace: "shop").map { pod in
      let ready = (pod[path: "status", "conditions"]?.array ?? []).contains {
        $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
      }
      return "pod \(pod[path: "metadata", "uid"]?.string ?? "") ready \(ready)"
    }
    let deployments = await fixture.cluster.objects("deployments", group: "apps", namespace: "shop").map {
      "deployment \($0[path: "metadata", "uid"]?.string ?? "") desired \($0[path: "spec", "replicas"]?.integer ?? -1)"
    }
    let told =
      held.pods.values.map { "pod \($0.uid) ready \($0.ready)" }
      + held.workloads.values.map { "deployment \($0.uid) desired \($0.desired)" }
    return Set(pods + deployments).symmetricDifference(told)
  }

  /// By the API server's own log.
  private func expectOneEffectEach() async {
    let patches = await fixture.cluster.requests(RequestQuery(mutatingOnly: true, method: "PATCH", user: Self.user, status: 200))
    var acted = 0
    for (command, order) in sent where order.action == .restartDeployment {
      let effects = patches.count { ($0.body.map { "\($0)" } ?? "").contains("\"\(command)\"") }
      let outcomes = Set(plane.results.filter { $0.command == command }.map(\.outcome))
      #expect(effects <= 1, "\(command)")
      #expect(outcomes.count == 1, "\(command): \(outcomes)")
      switch outcomes.first {
      case .acted:
        acted += 1
        #expect(effects == 1, "\(command) is called done")
      case .refused, .failed: #expect(effects == 0, "\(command): \(outcomes)")
      case .unknown: break
      default: Issue.record("\(command): \(outcomes)")
      }
    }
    for name in Self.deployments {
      let scales = sent.filter { $0.value.action == .scaleDeployment && $0.value.target.name == name }.keys
      let outcomes = scales.compactMap { id in plane.results.first { $0.command == id }?.outcome }
      let done = outcomes.count { if case .acted = $0 { true } else { false } }
      let open = outcomes.count { if case .unknown = $0 { true } else { false } }
      let effects = patches.count { $0.path.hasSuffix("/deployments/\(name)/scale") }
      #expect((done...(done + open)).contains(effects), "\(name): \(effects) effects of \(outcomes)")
      acted += done
    }
    #expect(acted > 0, "nothing was done: the run shows nothing")
    let outcomes = Dictionary(grouping: plane.results) { "\($0.outcome)".prefix { $0 != "(" } }.mapValues(\.count)
    print(
      "chaos: \(struck) restarts and cuts, \(link.met) faults of the link and \(await fixture.cluster.failuresMet) of the API met,",
      "\(sent.count) commands, results \(outcomes)")
  }
}
