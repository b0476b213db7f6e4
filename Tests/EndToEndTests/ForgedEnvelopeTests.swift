import Foundation
import Signing
import Support
import Testing
import Wire

extension EndToEnd {
  @Suite("An agent acts on genuine, fresh commands for itself and on nothing else")
  struct ForgedEnvelopes {
    /// One way to deceive an agent into restarting shop/checkout.
    struct Deceit: Sendable {
      let name: String
      let reason: RefusalReason
      let make: @Sendable (inout EnvelopeForge, Order) throws -> [UInt8]

      init(_ name: String, _ reason: RefusalReason, _ make: @escaping @Sendable (inout EnvelopeForge, Order) throws -> [UInt8]) {
        self.name = name
        self.reason = reason
        self.make = make
      }

      /// Signed by the right key, about something that is not right.
      static func signed(
        _ name: String, _ reason: RefusalReason, _ change: @escaping @Sendable (inout EnvelopeForge.Draft) -> Void
      ) -> Deceit {
        Deceit(name, reason) { forge, order in
          var draft = forge.draft(.act(order))
          change(&draft)
          return try forge.sign(draft)
        }
      }

      /// Signed by the right key, over a payload whose text was changed first.
      static func rewritten(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Deceit {
        Deceit(name, .malformedCommand) { forge, order in
          let payload = String(decoding: try forge.draft(.act(order)).command.encoded(), as: UTF8.self)
          let altered = change(payload)
          try #require(altered != payload)
          return forge.sign(Array(altered.utf8))
        }
      }

      /// An envelope whose JSON was changed after it was signed.
      static func altered(
        _ name: String, _ reason: RefusalReason, _ change: @escaping @Sendable (Envelope) -> Envelope
      ) -> Deceit {
        Deceit(name, reason) { forge, order in
          let genuine = try Envelope(parsing: forge.sign(forge.draft(.act(order))), limit: LinkLimits.envelope)
          return change(genuine).encoded()
        }
      }
    }

    static let deceits: [Deceit] = [
      Deceit("another key", .badSignature) { forge, order in
        forge.sign(try forge.draft(.act(order)).command.encoded(), by: SigningKey())
      },
      .altered("another key that claims the right id", .badSignature) { envelope in
        let forged = SigningKey().sign(envelope.payload, type: envelope.payloadType)
        return Envelope(
          payload: forged.payload, payloadType: forged.payloadType,
          signatures: [.init(keyID: envelope.signatures[0].keyID, bytes: forged.signatures[0].bytes)])
      },
      .altered("one bit of the payload", .badSignature) { envelope in
        var payload = envelope.payload
        payload[payload.count / 2] ^= 1
        return Envelope(payload: payload, payloadType: envelope.payloadType, signatures: envelope.signatures)
      },
      .altered("one bit of the signature", .badSignature) { envelope in
        var bytes = envelope.signatures[0].bytes
        bytes[10] ^= 0x80
        return Envelope(
          payload: envelope.payload, payloadType: envelope.payloadType,
          signatures: [.init(keyID: envelope.signatures[0].keyID, bytes: bytes)])
      },
      .altered("the type changed after signing", .badSignature) { envelope in
        Envelope(payload: envelope.payload, payloadType: KeySet.payloadType, signatures: envelope.signatures)
      },
      .altered("an empty signature", .badSignature) { envelope in
        Envelope(
          payload: envelope.payload, payloadType: envelope.payloadType,
          signatures: [.init(keyID: envelope.signatures[0].keyID, bytes: [])])
      },
      .altered("no signature at all", .malformedEnvelope) { envelope in
        Envelope(payload: envelope.payload, payloadType: envelope.payloadType, signatures: [])
      },
      Deceit("not an envelope", .malformedEnvelope) { _, _ in Array(#"{"restart":"shop/checkout"}"#.utf8) },
      Deceit("a bare command without an envelope", .malformedEnvelope) { forge, order in
        try forge.draft(.act(order)).command.encoded()
      },
      Deceit("signed as a key set", .wrongType) { forge, order in
        forge.sign(try forge.draft(.act(order)).command.encoded(), type: KeySet.payloadType)
      },
      Deceit("more than 64 KiB", .tooLarge) { forge, order in
        forge.sign(try forge.draft(.act(order)).command.encoded() + [UInt8](repeating: 0x20, count: LinkLimits.envelope))
      },
      .rewritten("an unknown key") { #"{"force":true,"# + $0.dropFirst() },
      .rewritten("a repeated key") { #"{"namespace":"shop","# + $0.dropFirst() },
      .rewritten("another version") { $0.replacingOccurrences(of: #""version":1"#, with: #""version":2"#) },
      .rewritten("an action that does not exist") { $0.replacingOccurrences(of: "restart_deployment", with: "delete_namespace") },
      .signed("another cluster", .wrongAudience) { $0.cluster = "production-eu" },
      .signed("another namespace", .wrongAudience) { $0.namespace = "payments" },
      .signed("another agent", .wrongAudience) { $0.agent = Command.agentIdentity(namespace: "payments") },
      .signed("an earlier life of the agent", .wrongBoot) { $0.boot = String(repeating: "0", count: 32) },
      .signed("a control plane that was replaced", .oldEpoch) { $0.epoch -= 1 },
      .signed("a sequence number that was taken", .replayed) { $0.sequence = 1 },
      .signed("over since a second ago", .expired) { $0.notAfter = SystemWallClock().now - .seconds(1) },
      .signed("not valid for a minute yet", .notYetValid) {
        $0.notBefore = SystemWallClock().now + .seconds(60)
        $0.notAfter = SystemWallClock().now + .seconds(120)
      },
      .signed("a namesake with another uid", .preconditionFailed) {
        guard case .act(let order) = $0.task else { return }
        let target = order.target
        $0.task = .act(
          order.with(
            target: Target(
              apiVersion: target.apiVersion, kind: target.kind, namespace: target.namespace, name: target.name,
              uid: "00000000-0000-4000-8000-000000000000")))
      },
      .signed("a template that has changed since", .preconditionFailed) {
        guard case .act(let order) = $0.task else { return }
        $0.task = .act(order.with(templateDigest: String(repeating: "0", count: 64)))
      },
    ]

    @Test("None of the table is acted on, each refusal is counted by its reason, and the genuine command still works")
    func table() async throws {
      let certificates = try TestCertificates()
      defer { certificates.remove() }
      try await ProcessRoster.run { roster, directory in
        let simulator = try SimulatorProcess(namespaces: ["shop"], speed: 4, in: directory)
        try await roster.start([simulator.process])
        try await FakeControlPlane.run(namespace: "shop", certificates: certificates) { fake, link in
          let rootKey = try directory.write(fake.root.verificationKey.encoded() + "\n", to: "root.pub")
          let agent = try AgentProcess(
            namespace: "shop", link: link, authorityFile: certificates.authorityPath, rootKeyFile: rootKey, simulator: simulator,
            in: directory)
          try await roster.start([agent.process])
          try await deceive(fake, try simulator.client())
        }
      }
    }

    private func deceive(_ fake: FakeControlPlane, _ cluster: SimulatorClient) async throws {
      let boot = try await waitFor("the agent's hello", within: .seconds(10)) { fake.boot }
      var forge = EnvelopeForge(key: fake.commandKey, namespace: "shop", boot: boot)
      let order = try await order(&forge, fake)

      var expected: [String: Int] = [:]
      for deceit in Self.deceits {
        fake.send([try deceit.make(&forge, order)])
        expected[deceit.reason.rawValue, default: 0] += 1
      }
      try await Self.waitForRefusals(expected, fake)
      #expect(try await Self.restarts(cluster).isEmpty)

      // The same order, genuine at last, and then once more.
      let draft = forge.draft(.act(order))
      let genuine = try forge.sign(draft)
      fake.send([genuine])
      let outcome = try await waitFor("the result of the genuine command", within: .seconds(10)) { fake.result(of: draft.id) }
      guard case .acted = outcome else {
        Issue.record("expected an act, found \(outcome)")
        return
      }
      fake.send([genuine])
      expected[RefusalReason.replayed.rawValue, default: 0] += 1
      try await Self.waitForRefusals(expected, fake)
      #expect(try await Self.restarts(cluster).count == 1)
    }

    /// Asks for evidence as a control plane does, and makes an order of it.
    private func order(_ forge: inout EnvelopeForge, _ fake: FakeControlPlane) async throws -> Order {
      let draft = forge.draft(Self.gather)
      fake.send([try forge.sign(draft)])
      let outcome = try await waitFor("evidence", within: .seconds(10)) { fake.result(of: draft.id) }
      guard case .evidence(let evidence) = outcome else { throw Overdue("evidence, found \(outcome)", after: .zero) }
      let facts = evidence.facts.compactMap { fact in if case .workload(let workload) = fact.body { workload } else { nil } }
      let workload = try #require(facts.first)
      return Order(
        incident: "1", action: .restartDeployment, target: workload.target,
        preconditions: .init(templateDigest: workload.templateDigest), risk: .medium,
        verdictDigest: String(repeating: "a", count: 64))
    }

    /// An agent that is sent nothing but forgeries asks less and less often, and it tells its counts once a second.
    private static func waitForRefusals(_ expected: [String: Int], _ fake: FakeControlPlane) async throws {
      do {
        try await waitUntil("the refusals", within: .seconds(15)) { fake.refusals == expected }
      } catch is Overdue {
        #expect(fake.refusals == expected)
        throw Overdue("the refusals of the table", after: .seconds(15))
      }
    }

    private static let gather = Command.Task.gather(
      GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout")))

    private static func restarts(_ cluster: SimulatorClient) async throws -> [SimulatorClient.Request] {
      try await cluster.mutations(by: Command.agentIdentity(namespace: "shop")).filter { $0.path.contains("/deployments/") }
    }
  }
}

extension Order {
  func with(target: Target? = nil, templateDigest: String? = nil) -> Order {
    Order(
      incident: incident, action: action, target: target ?? self.target,
      preconditions: .init(templateDigest: templateDigest ?? preconditions.templateDigest), parameters: parameters, risk: risk,
      verdictDigest: verdictDigest)
  }
}
