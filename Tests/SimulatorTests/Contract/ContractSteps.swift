@testable import Simulator

/// What is done before an exchange, beside placing objects. Only a simulator can do it.
enum ContractSteps {
  typealias Step = @Sendable (any ContractServer) async throws -> Void

  private static func cluster(_ server: any ContractServer) -> SimulatedCluster? { (server as? SimulatedContractServer)?.cluster }

  static func advance(_ seconds: Double) -> Step { { server in await cluster(server)?.advance(by: seconds) } }

  static func remove(_ object: JSONValue) -> Step { removeAll([object]) }

  static func removeAll(_ objects: [JSONValue]) -> Step { { server in _ = try await server.prepare([], removing: objects) } }

  static let expireTokens: Step = { server in await cluster(server)?.expireTokens(by: 700) }

  static let flowControl: Step = { server in await cluster(server)?.fail(APIFailure(.status(429))) }

  /// The recorded policy and its binding, in force.
  static let policyInForce: Step = { server in
    let objects = try ManifestLoader.seeds(yaml: try Recordings.text("policy.yaml")).map(\.object)
    await cluster(server)?.advance(by: 1)
    guard await cluster(server)?.objects("validatingadmissionpolicies", group: "admissionregistration.k8s.io").isEmpty == true
    else { return }
    _ = try await server.prepare(objects, removing: [])
  }

  /// The log that an exchange shows, as that of the pod it asks for.
  static func logOfItsOwn(_ name: String, _ file: String) -> Step {
    { server in
      guard let exchange = try Recordings.load(file).first(where: { $0.name == name }), let text = exchange.body.string else {
        return
      }
      let (target, query) = (exchange.resource, exchange.query)
      let container = query["container"] ?? target.name.split(separator: "-").first.map(String.init) ?? ""
      let log = query.isTrue("previous") ? StillCluster.Log(previous: text) : StillCluster.Log(current: text)
      await cluster(server)?.core.changeWorld { world in
        world.recordedLogs["\(target.namespace)/\(target.name)/\(container)"] = RecordedLog(log)
      }
    }
  }
}
