import Testing
import Wire

@testable import Pipeline

@Suite("The embedding of a kind of trouble")
struct EmbeddingTests {
  private static func log(_ lines: [String], pod: String) -> Fact {
    Fact(id: "log-1", source: "", body: .log(LogFact(pod: pod, container: "app", previous: true, lines: lines)))
  }

  private static func pod(_ name: String, exit: Int, reason: String = "Error") -> Fact {
    let container = ContainerFact(
      name: "app", image: "shop/checkout:1", ready: false, restarts: 4,
      state: .init(phase: .waiting, reason: "CrashLoopBackOff", message: "back-off 2m40s"),
      lastTermination: .init(exitCode: exit, reason: reason, message: nil, startedAt: nil, finishedAt: nil), memoryLimit: nil,
      isInit: false)
    return Fact(
      id: "pod-1", source: "",
      body: .pod(
        PodFact(
          name: name, uid: "u-\(name)", node: "node-1", owner: WorkloadName(kind: "ReplicaSet", name: "checkout-6c9f"),
          phase: "Running", ready: false, createdAt: nil, deletedAt: nil, reason: nil, containers: [container])))
  }

  private static func evidence(pod: String = "checkout-6c9f-abcde", exit: Int = 1, reason: String = "Error", _ lines: [String])
    -> Evidence
  {
    Evidence(
      namespace: "shop", gatheredAt: Timestamp(seconds: 1_795_341_600),
      facts: [Self.pod(pod, exit: exit, reason: reason), log(lines, pod: pod)], omissions: [])
  }

  private static let refused = evidence([
    "2026-11-22T09:57:02Z INFO starting checkout", "2026-11-22T09:57:02Z ERROR dial tcp 10.0.3.17:8080: connection refused",
  ])

  @Test("is a point on the unit sphere of 48 dimensions, the same in every run")
  func stable() {
    let point = Embedding(ofAlert: "PodCrashLoopBackOff", Self.refused)
    #expect(point.values.count == 48)
    #expect(abs(point.similarity(to: point) - 1) < 1e-5)
    #expect(point == Embedding(ofAlert: "PodCrashLoopBackOff", Self.refused))
    // A change of this value is a change of what is stored: raise the version.
    let digest = point.values.reduce(Int64(0)) { $0 &* 31 &+ Int64(($1 * 100_000).rounded()) }
    #expect(Embedding.version == 1)
    #expect(digest == EmbeddingTests.digest)
  }

  private static let digest: Int64 = 8_353_441_034_921_827_854

  @Test("does not know pods, times, addresses and ids")
  func occasion() {
    let again = Self.evidence(
      pod: "checkout-7b5d8-xyzzz",
      [
        "2027-01-02T11:17:32Z INFO starting checkout", "2027-01-02T11:17:32Z ERROR dial tcp 172.16.9.4:9090: connection refused",
        "2027-01-02T11:17:37Z ERROR dial tcp 172.16.9.4:9090: connection refused",
      ])
    let similarity = Embedding(ofAlert: "A", Self.refused).similarity(to: Embedding(ofAlert: "A", again))
    #expect(similarity > 0.99)
  }

  @Test("is near under another alert, and far for another trouble under the same one")
  func alerts() {
    let here = Embedding(ofAlert: "KubePodCrashLooping", Self.refused)
    #expect(here.similarity(to: Embedding(ofAlert: "CheckoutDown", Self.refused)) > 0.9)
    let others = [
      Self.evidence(exit: 137, reason: "OOMKilled", ["java.lang.OutOfMemoryError: Java heap space"]),
      Self.evidence(exit: 1, ["FATAL environment variable DB_URL is not set"]),
      Self.evidence(exit: 127, ["exec: \"/app/server\": no such file or directory"]),
    ]
    for other in others {
      #expect(here.similarity(to: Embedding(ofAlert: "KubePodCrashLooping", other)) < PrecedentMemory.nearness)
    }
  }

  @Test("of an incident without evidence is its alert's alone")
  func withoutEvidence() {
    let alone = Embedding(ofAlert: "A")
    #expect(alone.similarity(to: Embedding(ofAlert: "a")) > 0.999)
    #expect(alone.similarity(to: Embedding(ofAlert: "B")) < 0.9)
    #expect(alone.similarity(to: Embedding(ofAlert: "A", Self.refused)) < PrecedentMemory.nearness)
  }

  static let lines: [(String, [String])] = [
    ("2026-11-22T09:57:02.123Z ERROR dial tcp 10.0.3.17:8080: connection refused", ["dial", "tcp", "connection", "refused"]),
    ("upstream answered 503 after 1200 ms (req 8f3a2c)", ["upstream", "answered", "503", "after", "ms", "req"]),
    ("x509: certificate has expired", ["x509", "certificate", "has", "expired"]),
    ("oauth2 s3 sha256 6c9f8d7b5 deadbeef1", ["oauth2", "s3", "sha256"]),
    ("checkout-6c9f-abcde on node-1 failed", ["failed"]),
    ("Größe überschritten", ["größe", "überschritten"]),
    ("", []), ("\u{0}\u{1b}[31m", []),
  ]

  @Test("reads a line as the words that tell", arguments: lines)
  func words(line: String, expected: [String]) {
    #expect(LineWords.of(line, without: OccasionNames(of: Self.refused)) == expected)
  }

  @Test("takes 48 finite numbers that are not all zero, and nothing else")
  func bounds() {
    let zeros = [Float](repeating: 0, count: 48)
    #expect(Embedding(zeros) == nil)
    #expect(Embedding([1]) == nil)
    #expect(Embedding([.nan] + zeros.dropFirst()) == nil)
    #expect(Embedding([.infinity] + zeros.dropFirst()) == nil)
    #expect(Embedding([3] + zeros.dropFirst())?.values.first == 1)
  }
}

@Suite("Namespaces that share their precedents")
struct NamespaceGroupTests {
  @Test("belong to their group, and every other one to itself")
  func teams() {
    let groups = NamespaceGroups(["payments": ["pay-api", "pay-db"], "shop": ["cart"]])
    #expect(groups.team(of: "pay-api") == groups.team(of: "pay-db"))
    #expect(groups.team(of: "pay-api") != groups.team(of: "payments"))
    #expect(groups.team(of: "shop") == "shop")
    #expect(groups.team(of: "cart") != groups.team(of: "shop"))
    #expect("\(groups)" == "payments=pay-api+pay-db,shop=cart")
    #expect("\(NamespaceGroups())" == "none")
  }
}
