import FoundationEssentials
import Kubernetes
import Redaction
import Testing
import Wire

@testable import AgentCore

@Suite("Parts of the evidence")
struct EvidencePartsTests {
  private func template(_ spec: String, metadata: String = "{}") throws -> PodTemplate {
    try JSONDecoder().decode(PodTemplate.self, from: Data(#"{"metadata":\#(metadata),"spec":\#(spec)}"#.utf8))
  }

  private func changes(_ old: String, _ new: String) throws -> [String: RevisionFact.Change] {
    let found = TemplateChanges(text: SafeText(redactor: Redactor())).between(try template(old), try template(new))
    return Dictionary(uniqueKeysWithValues: found.map { ($0.path, $0) })
  }

  @Test("A reordering is no change")
  func reordering() throws {
    let x = #"{"name":"X","value":"1"}"#
    let y = #"{"name":"Y","value":"2"}"#
    let b = #"{"name":"b","image":"b:1"}"#
    let one = #"{"containers":[{"name":"a","image":"a:1","env":[\#(x),\#(y)]},\#(b)]}"#
    let other = #"{"containers":[\#(b),{"name":"a","image":"a:1","env":[\#(y),\#(x)]}]}"#
    #expect(try changes(one, other).isEmpty)
  }

  @Test("Added, removed and changed members each have their path")
  func paths() throws {
    let old = """
      {"containers": [{"name": "a", "image": "a:1", "command": ["run"], "env": [{"name": "X", "value": "1"}],
        "livenessProbe": {"periodSeconds": 10}}]}
      """
    let new = """
      {"containers": [{"name": "a", "image": "a:2", "command": ["run", "-v"], "livenessProbe": {"periodSeconds": 1},
        "env": [{"name": "Z", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}],
        "nodeSelector": {"disk": "ssd"}}
      """
    let changes = try changes(old, new)
    #expect(
      Set(changes.keys) == [
        "containers[a].image", "containers[a].command", "containers[a].env[X]", "containers[a].env[Z]",
        "containers[a].livenessProbe.periodSeconds", "nodeSelector.disk",
      ])
    #expect(changes["containers[a].command"]?.after == #"["run","-v"]"#)
    #expect(changes["containers[a].env[X]"] == .init(path: "containers[a].env[X]", before: "1", after: nil))
    #expect(changes["containers[a].env[Z]"]?.after == "from secretKeyRef s/k")
    #expect(changes["containers[a].livenessProbe.periodSeconds"]?.after == "1")
  }

  @Test(
    "A value whose name is a secret's is never shown, but that it changed is",
    arguments: ["DB_PASSWORD", "API_KEY", "authToken", "SENTRY_DSN"])
  func sensitive(_ name: String) throws {
    let old = #"{"containers":[{"name":"a","env":[{"name":"\#(name)","value":"one"}]}]}"#
    let new = #"{"containers":[{"name":"a","env":[{"name":"\#(name)","value":"two"}]}]}"#
    let change = try #require(try changes(old, new).values.first)
    #expect(change.before == Redactor.mark && change.after == Redactor.mark)
  }

  @Test("The hash label of a ReplicaSet is no change, a restart is")
  func metadata() throws {
    let containers = #"{"containers":[]}"#
    let old = try template(containers, metadata: #"{"labels":{"app":"a","pod-template-hash":"1"}}"#)
    let new = try template(
      containers,
      metadata: #"{"labels":{"app":"a","pod-template-hash":"2"},"annotations":{"kubectl.kubernetes.io/restartedAt":"t"}}"#)
    let found = TemplateChanges(text: SafeText(redactor: Redactor())).between(old, new)
    #expect(found.map(\.path) == ["metadata.annotations[kubectl.kubernetes.io/restartedAt].value"] || found.count == 1)
  }

  @Test("A log's last lines, without terminal escapes, each cut")
  func logTail() {
    let long = String(repeating: "x", count: 5000)
    let text = "one\ntwo\r\n\u{1B}[31mred\u{1B}[0m\u{7}\n\(long)\n"
    let lines = Array(LogTail.lines(Array(text.utf8), redactor: Redactor()).suffix(3))
    #expect(lines[0] == "two" && lines[1] == "red")
    #expect(lines[2].utf8.count <= EvidenceLimits.lineBytes && lines.count == 3)
    #expect(LogTail.lines([], redactor: Redactor()).suffix(3).isEmpty)
    #expect(LogTail.lines([0xFF, 0xFE, 0x0A], redactor: Redactor()).suffix(3).count == 1)
  }

  @Test("A Service counts when its name stands alone, and a workload's own does not")
  func services() throws {
    func service(_ name: String, _ app: String) throws -> Service {
      let json = #"{"metadata":{"name":"\#(name)"},"spec":{"selector":{"app":"\#(app)"},"ports":[{"port":80}]}}"#
      return try JSONDecoder().decode(Service.self, from: Data(json.utf8))
    }
    let all = [
      try service("db", "db"), try service("slots-cache", "cache"), try service("web", "web"), try service("search", "s"),
      try service("red", "r"),
    ]
    let texts = [
      "dial tcp: lookup db on 10.96.0.10:53", "redis://slots-cache:6379 slots-cache.shop.svc refused", "web http://search/",
      "hundred redirects",
    ]
    let found = MentionedServices.find(all, in: texts, except: ["app": "web", "tier": "front"])
    #expect(found.map(\.metadata.name) == ["slots-cache", "db", "search"])
  }

  @Test("A dependency is ready since the first of the pods that are ready now: one young replica is no recovery")
  func readySince() throws {
    func pod(_ name: String, ready: Bool, since: String) throws -> Pod {
      let json = #"""
        {"metadata":{"name":"\#(name)","uid":"\#(name)"},"spec":{"containers":[]},"status":{"phase":"Running",
          "conditions":[{"type":"Ready","status":"\#(ready ? "True" : "False")","lastTransitionTime":"\#(since)"}]}}
        """#
      return try JSONDecoder().decode(Pod.self, from: Data(json.utf8))
    }
    let service = try JSONDecoder().decode(
      Service.self, from: Data(#"{"metadata":{"name":"db"},"spec":{"selector":{"app":"db"},"ports":[{"port":80}]}}"#.utf8))
    let ill = try pod("ill", ready: false, since: "2026-01-01T08:00:00Z")
    let old = try pod("old", ready: true, since: "2026-01-01T09:00:00Z")
    let young = try pod("young", ready: true, since: "2026-01-01T10:00:00Z")
    func fact(_ pods: [Pod]) -> ServiceFact {
      ServiceFacts(text: SafeText(redactor: Redactor())).fact(
        ServiceReading(service: service, role: .dependency, backends: pods.map { ServiceReading.Backend($0) }))
    }
    let seen = fact([young, ill, old])
    #expect((seen.readyPods, seen.notReadyPods) == (2, 1))
    #expect(seen.readySince == Timestamp(rfc3339: "2026-01-01T09:00:00Z"))
    #expect(fact([ill]).readySince == nil)
  }

  @Test("A bundle stays within its limit and names what was cut")
  func bound() throws {
    var gathering = Gathering()
    for number in 0..<40 {
      let lines = (0..<50).map { "line \($0) " + String(repeating: "x", count: 900) }
      gathering.add(.log(LogFact(pod: "p\(number)", container: "c", previous: false, lines: lines)), source: "GET")
    }
    let evidence = gathering.evidence(namespace: "shop", at: Timestamp(seconds: 1))
    #expect(try WireJSON.encode(evidence).count <= LinkLimits.result)
    #expect(!evidence.omissions.isEmpty && !evidence.facts.isEmpty)
    guard case .log(let log)? = evidence.facts.first?.body else { Issue.record("a log was expected"); return }
    #expect(log.lines.last?.hasPrefix("line 49") == true, "the end of a log tells most")
  }
}
