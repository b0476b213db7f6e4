import NIOCore

/// `/simulator/v1/…`: what only a simulator can do. Open to administrators.
struct ControlAPI {
  let core: ClusterCore
  let connections: ConnectionRegistry
  /// The connection that asks; it is spared when all are cut.
  let asking: any Channel

  func respond(to request: APIRequest, token: String?) async -> APIResponse {
    guard await core.isAdministrator(token, certified: request.certified) else {
      return APIResponse(
        APIStatus(code: 403, message: "the control of the simulator needs the administrator's token", reason: "Forbidden"))
    }
    do throws(APIStatus) {
      return try await route(request)
    } catch {
      return APIResponse(error)
    }
  }

  private func route(_ request: APIRequest) async throws(APIStatus) -> APIResponse {
    let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
    let query = request.query
    switch (request.method, parts.first ?? "", parts.count) {
    case ("GET", "status", 1): return .json(await status())
    case ("GET", "faults", 1):
      return .json(["items": .array(await core.faults().map { FaultDocument.json($0.id, $0.fault) })])
    case ("POST", "nodes", 2): return try await setNode(parts[1], try body(request))
    case ("POST", "metrics", 1):
      guard let server = try body(request)["server"]?.string.flatMap(MetricsServer.init(rawValue:)) else {
        throw .badRequest("server is running, absent or down")
      }
      await core.setMetrics(server)
      return .json([:])
    case ("POST", "faults", 1):
      let fault = try FaultDocument.fault(try body(request))
      return .json(["id": .string(await core.inject(fault))], status: 201)
    case ("DELETE", "faults", _):
      let id = parts.count > 1 ? parts[1] : nil
      let (namespace, deployment) = (query["namespace"], query["deployment"])
      let count = await core.removeFaults { entry, fault in
        (id == nil || entry == id) && (namespace == nil || fault.namespace == namespace)
          && (deployment == nil || fault.target == .deployment(deployment ?? ""))
      }
      return .json(["removed": .integer(Int64(count))])
    case ("GET", "requests", 1):
      let wanted = RequestQuery(
        mutatingOnly: query.isTrue("mutating"), method: query["method"], pathContains: query["path"], user: query["user"],
        status: query["status"].flatMap(Int.init), after: query["after"].flatMap(Int.init) ?? 0)
      let found = await core.requests(wanted)
      return .json(["count": .integer(Int64(found.count)), "items": .array(found.map(\.json))])
    case ("DELETE", "requests", 1):
      await core.clearRequests()
      return .json([:])
    case ("POST", "failures", 1):
      return .json(["id": .string(await core.add(try FailureDocument.failure(try body(request))))], status: 201)
    case ("DELETE", "failures", _):
      await core.removeFailure(parts.count > 1 ? parts[1] : nil)
      return .json([:])
    case ("POST", "watch-history", 2) where parts[1] == "drop":
      await core.dropHistory(of: nil)
      return .json([:])
    case ("POST", "connections", 2) where parts[1] == "cut":
      connections.cutAll(except: asking)
      return .json([:])
    case ("POST", "clock", 2) where parts[1] == "advance":
      guard let seconds = try body(request)["seconds"].flatMap(number) else { throw .badRequest("expected {\"seconds\": N}") }
      await core.advance(by: seconds)
      return .json(await status())
    default:
      throw APIStatus(
        code: 404, message: "no such control: \(request.method) \(request.path); see the simulator's --help", reason: "NotFound")
    }
  }

  private func setNode(_ name: String, _ body: JSONValue) async throws(APIStatus) -> APIResponse {
    guard let state = body["state"]?.string.flatMap(NodeState.init(rawValue:)) else {
      throw .badRequest("state is one of \(NodeState.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard await core.setNode(name, state) else { throw .notFound(ResourceCatalogue.nodes, name) }
    return .json([:])
  }

  private func status() async -> JSONValue {
    [
      "time": .string(await core.now.rfc3339Micro),
      "pods": .integer(Int64(await core.objects(ResourceCatalogue.pods, namespace: nil).count)),
      "watches": .integer(Int64(await core.openWatches)),
    ]
  }

  private func body(_ request: APIRequest) throws(APIStatus) -> JSONValue {
    do {
      return try JSONValue(parsing: request.body)
    } catch {
      throw .badRequest("the body is not JSON: \(error.description)")
    }
  }
}

/// A number, whole or not.
func number(_ value: JSONValue) -> Double? {
  switch value {
  case .integer(let integer): Double(integer)
  case .double(let double): double
  default: nil
  }
}
