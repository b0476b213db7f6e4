import Foundation
import Logging
import ServiceLifecycle
import Signing
import Support
import Testing
import Wire

@testable import Pipeline
@testable import Server

/// What a signer is asked, as a control plane that was taken over might ask it.
struct SigningCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let expected: String
  let alter: @Sendable (inout SigningSituation) -> Void

  init(_ name: String, _ expected: String, _ alter: @escaping @Sendable (inout SigningSituation) -> Void) {
    testDescription = name
    self.expected = expected
    self.alter = alter
  }

  static let all = [
    SigningCase("no verdict", "no verdict") { $0.warrant = nil },
    SigningCase("another workload than the verdict's", "about something else") { $0.target = "payments-api" },
    SigningCase("another action than the verdict's", "about something else") { $0.action = .deleteDeployment },
    SigningCase("the digest of another verdict", "another digest") { $0.digest = String(repeating: "0", count: 64) },
    SigningCase("a risk that was talked down", "is of risk") { $0.risk = .safe },
    SigningCase("a verdict that refuses", "policy refused") { $0.answers = [.refuses("a freeze")] },
    SigningCase("a person is needed, and none approved", "none approved") { $0.answers = [.needsApproval("high risk")] },
    SigningCase("an approver without an approval", "no approval") {
      $0.answers = [.needsApproval("high risk")]
      $0.approvers = ["mallory"]
    },
    SigningCase("its time is over", "its time ended") { $0.age = .seconds(121) },
    SigningCase("a time that is longer than an act may have", "within 120 s") { $0.lifetime = .seconds(3600) },
  ]
}

struct SigningSituation: Sendable {
  var target = "checkout"
  var action = Action.restartDeployment
  var digest: String?
  var risk: Risk?
  var answers: [Rule.Answer] = []
  var approvers: [String] = []
  var age = Duration.zero
  var lifetime = Duration.seconds(120)
  var id = "1-test-1-act"
  var epoch: Int64 = 1
  var warrant: Bool? = true

  func request(now: Timestamp = SystemWallClock().now) -> (Command, Warrant?) {
    func target(_ name: String) -> Target {
      Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: name, uid: "u")
    }
    let verdict = Verdict(
      proposal: Proposal(
        action: .restartDeployment, target: target("checkout"), preconditions: .init(templateDigest: "t"),
        expectedEffect: "it runs"),
      confidence: 0.9, answers: answers.map { Verdict.RuleAnswer(rule: "test", answer: $0) }, judgedAt: now)
    let order = Order(
      incident: "1", action: action, target: target(self.target), preconditions: .init(templateDigest: "t"),
      risk: risk ?? action.risk, verdictDigest: digest ?? verdict.digest)
    let command = Command(
      id: id, cluster: "test", namespace: "shop", agent: Command.agentIdentity(namespace: "shop"), boot: "b00t", epoch: epoch,
      sequence: 1, incident: "1", task: .act(order), approvers: approvers, notBefore: now - age,
      notAfter: now - age + lifetime)
    return (command, warrant.map { _ in Warrant(verdict: verdict, approval: nil) })
  }
}

@Suite("A signer looks at what an act rests on")
struct SigningTests {
  private let root = SigningKey()
  private let key = SigningKey()

  private func ring(_ version: Int64 = 1, _ keys: [SigningKey]? = nil) -> KeyRing {
    let keys = keys ?? [key]
    let set = KeySet(
      version: version, expiresAt: SystemWallClock().now.milliseconds / 1000 + 3600, keys: keys.map(\.verificationKey))
    return KeyRing(
      keySet: SignedKeySet(version: version, text: String(decoding: set.signed(by: root).encoded(), as: UTF8.self)), keys: keys)
  }

  private func office(acts: Int = 60) -> SigningOffice {
    var limits = SigningBudget.Limits()
    limits.actsPerHour = acts
    return SigningOffice(ring: ring(), budget: SigningBudget(limits), clock: SystemWallClock())
  }

  /// A signer on a real socket, and a control plane's end of it.
  private func withSocket(_ office: SigningOffice, _ body: (SocketSigner, String) async throws -> Void) async throws {
    let directory = try WorkingDirectory(prefix: "signer")
    defer { directory.remove() }
    let path = directory.path("s")
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = SignerServer(office: office, path: path, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      try await waitUntil("the signer listens", within: .seconds(10)) { FileManager.default.fileExists(atPath: path) }
      try await body(SocketSigner(path: path), path)
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  @Test("What policy let pass is signed, by each key of the ring")
  func genuine() async throws {
    try await withSocket(office()) { signer, path in
      let (command, warrant) = SigningSituation().request()
      let bytes = try await signer.sign(command, under: warrant)
      let envelope = try Envelope(parsing: bytes, limit: LinkLimits.envelope)
      let payload = try envelope.verifiedPayload(keys: [key.verificationKey], type: ProtocolVersion.commandPayloadType)
      #expect(try Command(parsing: payload) == command)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? Int) == 0o600)
    }
  }

  @Test("What was tampered with is refused, over the socket as well as in this process", arguments: SigningCase.all)
  func tampered(_ test: SigningCase) async throws {
    var situation = SigningSituation()
    test.alter(&situation)
    let (command, warrant) = situation.request()
    let office = office()
    try await withSocket(office) { signer, _ in
      for each in [office, signer] as [any CommandSigner] {
        do throws(SignerError) {
          _ = try await each.sign(command, under: warrant)
          Issue.record("it was signed")
        } catch .refused(let reason) {
          #expect(reason.contains(test.expected))
        } catch {
          Issue.record("\(error)")
        }
      }
    }
  }

  @Test("The budget counts acts, not deliveries; a lower epoch than one that was signed under is refused")
  func bounds() async throws {
    let office = office(acts: 1)
    var situation = SigningSituation()
    situation.epoch = 5
    for _ in 0..<3 {
      let (command, warrant) = situation.request()
      _ = try await office.sign(command, under: warrant)
    }
    situation.id = "1-test-2-act"
    let (second, warrant) = situation.request()
    await #expect(throws: SignerError.refused("the signing budget is used up (1 acts in an hour)")) {
      try await office.sign(second, under: warrant)
    }
    situation.epoch = 4
    let (old, oldWarrant) = situation.request()
    await #expect(throws: SignerError.oldEpoch(highest: 5)) { try await office.sign(old, under: oldWarrant) }
  }

  @Test("A ring with a lower version is not taken; during the overlap both keys sign")
  func rotation() async throws {
    let office = office()
    let new = SigningKey()
    #expect(office.adopt(ring(2, [new, key])))
    #expect(!office.adopt(ring(1)))
    let (command, warrant) = SigningSituation().request()
    let envelope = try Envelope(parsing: try await office.sign(command, under: warrant), limit: LinkLimits.envelope)
    for known in [new, key] {
      _ = try envelope.verifiedPayload(keys: [known.verificationKey], type: ProtocolVersion.commandPayloadType)
    }
  }

  @Test("A signer that is not there is named, and tried again with pauses")
  func absent() async throws {
    let signer = SocketSigner(path: "/nonexistent/signer.sock")
    for _ in 0..<3 {
      do throws(SignerError) {
        _ = try await signer.keySet()
        Issue.record("nobody is there")
      } catch {
        #expect(
          "\(error)"
            == "the signer is not available: /nonexistent/signer.sock: /nonexistent/signer.sock: No such file or directory")
      }
    }
  }
}
