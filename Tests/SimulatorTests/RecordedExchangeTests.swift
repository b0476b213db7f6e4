import Testing

@testable import Simulator

/// The simulator answers as the recorded API server did.
@Suite("Recorded exchanges", .enabled(if: Recordings.isPresent))
struct RecordedExchangeTests {
  /// Plays exchanges in order and compares status and body.
  private func play(
    _ file: String, _ names: [String], placing objects: [JSONValue] = [], ignoring ignored: Set<String> = []
  ) async throws {
    var server = try await RecordedServer()
    for object in objects { try await server.place(object) }
    let exchanges = try Recordings.load(file)
    for name in names {
      let exchange = try #require(exchanges.first { $0.name == name }, "no exchange \(name) in \(file)")
      let answer = try await server.play(exchange)
      #expect(answer.status == exchange.status, "\(name): \(answer.body)")
      guard !ignored.contains(name) else { continue }
      let (expected, found) = (Masking.masked(exchange.body), Masking.masked(answer.body))
      #expect(found == expected, "\(name)\n  found    \(found)\n  recorded \(expected)")
    }
  }

  private func object(_ file: String, _ exchange: String) throws -> JSONValue {
    try #require(try Recordings.load(file).first { $0.name == exchange }?.body)
  }

  @Test("Logins, refusals and discovery")
  func identity() async throws {
    try await play(
      "01-identity.json",
      [
        "version", "readyz", "api", "apis-apps", "discovery-unknown-group", "discovery-unknown-resource",
        "unknown-resource-as-agent", "anonymous-version-only", "anonymous-discovery", "bad-token", "bad-token-open-path",
        "self-subject-review", "self-subject-review-anonymous",
      ], ignoring: ["version", "api", "self-subject-review"])
  }

  @Test("Token requests and reviews")
  func tokens() async throws {
    try await play(
      "01-identity.json",
      [
        "token-request", "token-request-default", "token-request-too-short", "token-request-two-audiences",
        "token-request-no-account", "token-request-forbidden", "token-review-one-of-many-audiences",
        "token-review-two-audience-token", "token-review-valid", "token-review-wrong-audience",
        "token-review-no-audience-asked", "token-review-api-token-for-ai-sre", "token-review-api-token-no-audience",
        "token-review-garbage", "token-review-empty", "token-review-forbidden", "ai-sre-token-as-api-login",
      ])
  }

  @Test("Access reviews, the virtual resource among them")
  func access() async throws {
    try await play(
      "01-identity.json",
      [
        "virtual-role", "virtual-role-binding", "sar-virtual-allow", "sar-virtual-deny-namespace",
        "sar-virtual-deny-groups-missing", "sar-virtual-deny-verb", "sar-virtual-subresource", "sar-virtual-admin",
        "sar-virtual-masters", "sar-real-deny", "sar-real-allow-named", "sar-real-deny-unnamed", "sar-nonresource", "sar-no-user",
        "sar-no-attributes", "sar-forbidden", "local-sar-allow", "self-sar-allow", "self-sar-deny",
      ], ignoring: ["sar-nonresource"])
  }

  @Test("Refused lists and reads of pods")
  func podRefusals() async throws {
    try await play(
      "02-pods.json",
      [
        "list-field-unsupported", "list-label-invalid", "list-empty", "list-namespace-missing", "page-continue-with-rv",
        "page-continue-garbage", "list-match-without-rv", "list-rv-future", "list-rv-invalid", "list-cbor", "list-html",
        "get-status", "get-404", "get-404-namespace", "list-403", "get-403", "list-403-all", "list-403-namespace-missing",
        "secrets-403", "delete-403", "list-401",
      ])
  }

  @Test("A pod's creation and deletion")
  func podCreation() async throws {
    try await play(
      "02-pods.json",
      ["create", "create-again", "create-generate-name", "delete-wrong-uid", "delete-wrong-rv"])
  }

  @Test("Pages of a list keep the version of the first one and end without a token")
  func pages() async throws {
    var server = try await RecordedServer()
    let exchanges = try Recordings.load("02-pods.json")
    let list = try #require(exchanges.first { $0.name == "list" }?.body["items"]?.array)
    for item in list {
      var pod = item
      pod["kind"] = "Pod"
      pod["apiVersion"] = "v1"
      try await server.place(pod)
    }
    let first = try #require(exchanges.first { $0.name == "page-1" })
    let page = try await server.play(first).body
    #expect(page["items"]?.array?.map(\.name) == first.body["items"]?.array?.map(\.name))
    #expect(page[path: "metadata", "remainingItemCount"] == 4)
    let everything = try await server.play(try #require(exchanges.first { $0.name == "list-rv0-limit" })).body
    #expect(everything["items"]?.array?.count == list.count)
    #expect(everything[path: "metadata", "continue"] == nil)
    let selected = try await server.play(try #require(exchanges.first { $0.name == "page-with-selector" })).body
    #expect(selected[path: "metadata", "continue"] != nil)
    #expect(selected[path: "metadata", "remainingItemCount"] == nil)
  }

  @Test("The columns of kubectl's pod table")
  func podTable() async throws {
    var server = try await RecordedServer()
    // Pods that were in the same state when the table was recorded.
    let names = [
      "pull", "healthy", "crashloop", "oom", "liveness", "notready", "slowstart", "nomount", "secretkey", "initcrash", "sidecar",
      "selector", "volume", "gated",
    ]
    for exchange in try Recordings.load("12-pod-faults.json") where names.contains(exchange.name) {
      try await server.place(exchange.body)
    }
    let recorded = try #require(try Recordings.load("12-pod-faults.json").first { $0.name == "table" })
    let table = try await server.play(recorded).body
    let columns: (JSONValue) -> [String] = { $0["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } ?? [] }
    #expect(columns(table) == columns(recorded.body))
    for row in table["rows"]?.array ?? [] {
      let cells = try #require(row["cells"]?.array)
      let expected = recorded.body["rows"]?.array?.first { $0["cells"]?[0] == cells[0] }?["cells"]?.array
      #expect(cells[1...2] == expected?[1...2], "\(cells[0])")
    }
  }

  @Test("Patches of a Deployment, refused and accepted")
  func patches() async throws {
    let web = try object("05-rollouts.json", "restart-default-manager")
    try await play(
      "05-rollouts.json",
      [
        "manager-too-long", "jsonpatch-test-uid-fails", "jsonpatch-test-string-for-number", "jsonpatch-test-missing-path",
        "jsonpatch-add-no-parent", "jsonpatch-remove-missing", "jsonpatch-not-array", "jsonpatch-unknown-op",
        "jsonpatch-resource-version-test", "jsonpatch-dry-run", "jsonpatch-ok", "jsonpatch-test-generation-fails",
        "jsonpatch-test-null-absent", "patch-stale-resource-version", "patch-wrong-uid", "patch-right-uid", "patch-404",
        "patch-403",
        "dry-run-invalid", "dry-run-selector", "dry-run-bad-value", "put-stale", "put-wrong-uid",
      ], placing: [web], ignoring: ["jsonpatch-dry-run", "jsonpatch-ok", "jsonpatch-test-null-absent", "patch-right-uid"])
  }

  @Test("A Deployment gets the recorded defaults")
  func deploymentDefaults() async throws { try await play("05-rollouts.json", ["create"]) }

  @Test("The journal in a ConfigMap and the lease, with compare-and-set")
  func journal() async throws {
    try await play(
      "09-journal-lease.json",
      [
        "get-404", "create", "create-again", "get", "list-403", "list-by-name", "other-name-403", "other-name-patch-403",
        "delete-403", "json-test-fails", "bad-key", "lease-get-404", "lease-create", "lease-create-again", "lease-get",
        "lease-duration-zero", "lease-other-403",
      ])
  }

  @Test("Mistakes and their messages")
  func mistakes() async throws {
    let created = try object("10-errors.json", "unknown-field-ignore")
    try await play(
      "10-errors.json",
      [
        "invalid", "invalid-create", "invalid-image-empty", "invalid-restart-policy", "wrong-type", "patch-json-media-type",
        "patch-no-media-type", "post-media-type", "patch-yaml-merge", "patch-not-json", "patch-empty", "patch-array",
        "patch-null-spec", "strategic-no-merge-key", "strategic-bad-directive", "post-not-json", "post-empty", "post-wrong-kind",
        "post-wrong-namespace", "put-wrong-name", "put-missing", "post-resource-version", "post-no-name", "method-not-allowed",
        "post-on-object", "delete-discovery", "put-log", "unknown-path", "unknown-subresource", "method-403-first",
        "field-validation-bad", "create-in-missing-namespace", "stale-and-unauthorised",
      ], placing: [created])
  }
}
