import Foundation
import HTTP

@testable import Simulator

/// The simulator, standing still, furnished like the recorded cluster.
struct SimulatedContractServer: ContractServer {
  let isSimulated = true
  let cluster: SimulatedCluster
  private let connection: ContractConnection
  private let caFile: URL

  private init(_ cluster: SimulatedCluster) throws {
    self.cluster = cluster
    caFile = FileManager.default.temporaryDirectory.appendingPathComponent("contract-\(UUID().uuidString).pem")
    try Data(cluster.caCertificate.utf8).write(to: caFile)
    connection = ContractConnection(url: cluster.url, caFile: caFile.path)
  }

  /// Runs a body with a server of its own.
  static func run(_ body: (SimulatedContractServer) async throws -> Void) async throws {
    let cluster = try SimulatedCluster(
      still: StillCluster(objects: try ContractFurniture.objects(), now: Timestamp(seconds: 1_795_346_500)))
    try await cluster.listen()
    let server = try SimulatedContractServer(cluster)
    do {
      try await body(server)
      await server.end()
    } catch {
      await server.end()
      throw error
    }
  }

  private func end() async {
    await connection.close()
    await cluster.stop()
    try? FileManager.default.removeItem(at: caFile)
  }

  func token(for placeholder: String) async throws -> String? {
    guard let account = ContractFurniture.accounts[placeholder] else { return nil }
    let audiences = placeholder == "<token-temp>" ? ["ai-sre"] : []
    return try await cluster.token(
      namespace: account.namespace, account: account.name, audiences: audiences,
      seconds: placeholder.contains("short") ? -700 : 3600)
  }

  func open(_ request: ContractRequest) async throws -> ClientResponse { try await connection.open(request) }

  func prepare(_ objects: [JSONValue], removing: [JSONValue]) async throws -> [String: String] {
    await cluster.core.changeWorld { world in
      for object in removing {
        guard let (type, key) = Self.place(of: object) else { continue }
        world.store.remove(type, key)
      }
      var known: [String: String] = [:]
      for object in objects {
        guard let (type, key) = Self.place(of: object) else { continue }
        let stored = world.store.put(type, key, type == ResourceCatalogue.eventsV1 ? EventConversion.toCore(object) : object)
        known["rv:\(object.resourceVersion)"] = stored.resourceVersion
      }
      return known
    }
  }

  static func place(of object: JSONValue) -> (ResourceType, ObjectKey)? {
    guard let type = ResourceCatalogue.type(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
    else { return nil }
    return (type, ObjectKey(namespace: type.namespaced ? object.namespace : "", name: object.name))
  }
}

/// Namespaces, accounts and rights of the recorded cluster.
enum ContractFurniture {
  static let accounts: [String: ObjectKey] = [
    "<admin>": ObjectKey(namespace: "ops", name: "recorder"),
    "<agent-shop>": ObjectKey(namespace: "shop", name: "ai-sre-agent"),
    "<agent-billing>": ObjectKey(namespace: "billing", name: "ai-sre-agent"),
    "<leaver>": ObjectKey(namespace: "shop", name: "leaver"),
    "<token-temp>": ObjectKey(namespace: "shop", name: "temp-agent"),
    "<token-temp-api>": ObjectKey(namespace: "shop", name: "temp-agent"),
    "<token-short-api>": ObjectKey(namespace: "shop", name: "ai-sre-agent"),
  ]
  static let namespaces = ["shop", "billing", "ops", "faults", "tight", "leaving", "default"]
  /// Uids that a message shows (01 token-review-account-recreated).
  private static let uids = ["temp-agent": "7d25e586-89a9-4652-91a9-800fde7ae067"]
  private static let rbac: JSONValue = "rbac.authorization.k8s.io/v1"

  /// The agent's rights are those that `01 self-subject-rules` lists.
  static func objects() throws -> [JSONValue] {
    let rules =
      try Recordings.load("01-identity.json").first { $0.name == "self-subject-rules" }?.body[
        path: "status", "resourceRules"]?.array ?? []
    var objects: [JSONValue] = namespaces.map { name in
      [
        "kind": "Namespace", "apiVersion": "v1",
        "metadata": [
          "name": .string(name), "uid": .string("ns-\(name)"), "labels": ["kubernetes.io/metadata.name": .string(name)],
        ], "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
      ]
    }
    for key in Set(accounts.values).sorted() {
      objects.append([
        "kind": "ServiceAccount", "apiVersion": "v1",
        "metadata": [
          "name": .string(key.name), "namespace": .string(key.namespace),
          "uid": .string(uids[key.name] ?? "sa-\(key.namespace)-\(key.name)"),
        ],
      ])
    }
    for namespace in ["shop", "billing"] {
      let metadata: JSONValue = ["name": "ai-sre-agent", "namespace": .string(namespace)]
      objects += [
        ["kind": "Role", "apiVersion": rbac, "metadata": metadata, "rules": .array(Array(rules.dropFirst(2)))],
        binding("RoleBinding", metadata, subject: ObjectKey(namespace: namespace, name: "ai-sre-agent"), role: "ai-sre-agent"),
      ]
    }
    objects += [
      binding(
        "ClusterRoleBinding", ["name": "recorder"], subject: ObjectKey(namespace: "ops", name: "recorder"), role: "cluster-admin"),
      binding(
        "RoleBinding", ["name": "leaver", "namespace": "shop"], subject: ObjectKey(namespace: "shop", name: "leaver"),
        role: "ai-sre-agent"),
    ]
    return objects
  }

  private static func binding(_ kind: String, _ metadata: JSONValue, subject: ObjectKey, role: String) -> JSONValue {
    [
      "kind": .string(kind), "apiVersion": rbac, "metadata": metadata,
      "subjects": [["kind": "ServiceAccount", "name": .string(subject.name), "namespace": .string(subject.namespace)]],
      "roleRef": [
        "apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind == "RoleBinding" ? "Role" : "ClusterRole"),
        "name": .string(role),
      ],
    ]
  }
}
