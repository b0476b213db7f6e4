import Testing

@testable import Simulator

/// A simulated cluster furnished like the recorded one, which plays recorded requests.
struct RecordedServer {
  let core: ClusterCore
  private var tokens: [String: String] = [:]

  /// Namespaces, accounts and roles of the recording, and the agent's rights as `01 self-subject-rules` lists them.
  init() async throws {
    let rules = try #require(
      try Recordings.load("01-identity.json").first { $0.name == "self-subject-rules" }?.body[path: "status", "resourceRules"]?
        .array)
    var world = World(now: Timestamp(seconds: 1_795_345_700), seed: 7, timing: Timing())
    try world.simulatePast(SystemSeed.seeds(nodes: 3, age: 0), until: world.now)
    for namespace in ["shop", "billing", "ops"] {
      try world.plant(["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .string(namespace)]])
    }
    for (namespace, name) in [("shop", "ai-sre-agent"), ("billing", "ai-sre-agent"), ("ops", "recorder")] {
      try world.plant([
        "kind": "ServiceAccount", "apiVersion": "v1",
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
      ])
    }
    let rbac: JSONValue = "rbac.authorization.k8s.io/v1"
    let metadata: JSONValue = ["name": "ai-sre-agent", "namespace": "shop"]
    try world.plant(["kind": "Role", "apiVersion": rbac, "metadata": metadata, "rules": .array(Array(rules.dropFirst(2)))])
    try world.plant([
      "kind": "RoleBinding", "apiVersion": rbac, "metadata": metadata,
      "subjects": [["kind": "ServiceAccount", "name": "ai-sre-agent", "namespace": "shop"]],
      "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "ai-sre-agent"],
    ])
    try world.plant([
      "kind": "ClusterRoleBinding", "apiVersion": rbac, "metadata": ["name": "recorder"],
      "subjects": [["kind": "ServiceAccount", "name": "recorder", "namespace": "ops"]],
      "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"],
    ])
    core = ClusterCore(world: world, clock: .manual, authenticator: Authenticator())
    tokens["<admin>"] = try await core.token(
      namespace: "ops", account: "recorder", audiences: [TokenIssuer.ownAudience], seconds: 3600)
    for namespace in ["shop", "billing"] {
      tokens["<agent-\(namespace)>"] = try await core.token(
        namespace: namespace, account: "ai-sre-agent", audiences: [TokenIssuer.ownAudience], seconds: 3600)
    }
  }

  /// Puts an object there as it was recorded, uid and all.
  func place(_ object: JSONValue) async throws { try await core.place(object) }

  /// Plays a recorded request and gives back status and body.
  mutating func play(_ exchange: RecordedExchange) async throws -> (status: Int, body: JSONValue) {
    let target = exchange.request["path"]?.string ?? ""
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    let query = parts.count > 1 ? parts[1] : ""
    var request = APIRequest(method: exchange.request["method"]?.string ?? "", path: Query.decoded(parts[0]), queryText: query)
    request.accept = exchange.header("Accept")
    request.contentType = exchange.header("Content-Type")
    request.userAgent = "recorder/1.0"
    switch exchange.request["body"] {
    case nil, .null: break
    case .string(let text): request.body = Array(substituted(text).utf8)
    case let document?: request.body = Array(substituted(document.text).utf8)
    }
    var token: String?
    let authorization = exchange.header("Authorization")
    if authorization.hasPrefix("Bearer ") { token = substituted(String(authorization.dropFirst(7))) }
    let response = await core.respond(to: request, query: query, token: token)
    let body: JSONValue =
      switch response.body {
      case .json(let value): value
      case .text(let text): .string(text)
      default: .null
      }
    // A token that was asked for stands for the recorded one from now on.
    if let recorded = exchange.body[path: "status", "token"]?.string, let issued = body[path: "status", "token"]?.string {
      tokens[recorded] = issued
    }
    return (response.status, body)
  }

  private func substituted(_ text: String) -> String {
    var text = text
    for (placeholder, token) in tokens { text = text.replacing(placeholder, with: token) }
    return text
  }
}

extension ClusterCore {
  /// Stores an object as it is.
  func place(_ object: JSONValue) throws {
    let type = try #require(
      ResourceCatalogue.type(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? ""))
    changeWorld { world in
      let key = ObjectKey(namespace: type.namespaced ? object.namespace : "", name: object.name)
      world.store.put(type, key, object)
    }
  }
}
