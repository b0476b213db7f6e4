import Foundation
public import HTTP

/// The control endpoint and the API of a simulator, as its administrator.
public struct SimulatorClient: Sendable {
  /// `https://127.0.0.1:PORT`
  public let base: String
  private let token: String
  private let http: HTTPClient

  /// - Parameter http: trusts the simulator's authority.
  public init(base: String, token: String, http: HTTPClient) {
    self.base = base
    self.token = token
    self.http = http
  }

  /// A container of a Deployment's pods that dies again and again.
  public struct CrashLoop: Sendable, Encodable {
    public var namespace: String
    public var deployment: String
    public var logs: [String]
    /// How often it has restarted already: the pods sit in back-off from the start.
    public var restarts = 5
    /// Simulated seconds from a start to the death.
    public var runsFor = 1.5
    /// `on_restart`: new pods are healthy. `never`: they are not.
    public var heals = "on_restart"
    private let kind = "crash_loop"

    public init(namespace: String, deployment: String, logs: [String]) {
      self.namespace = namespace
      self.deployment = deployment
      self.logs = logs
    }

    /// What checkout says when inventory had been away for a while.
    public static func connectionRefused(namespace: String, deployment: String, dependency: String) -> CrashLoop {
      CrashLoop(
        namespace: namespace, deployment: deployment,
        logs: [
          "INFO  starting, reading stock levels",
          "ERROR dial tcp \(dependency):8080 (10.96.0.12:8080): connect: connection refused",
          "FATAL no stock levels after 3 attempts, giving up",
        ])
    }
  }

  @discardableResult
  public func inject(_ fault: CrashLoop) async throws -> String {
    struct Created: Decodable { let id: String }
    return try await call(.post, "/simulator/v1/faults", body: [UInt8](JSONEncoder().encode(fault)), Created.self).id
  }

  public struct Request: Sendable, Decodable {
    public let number: Int
    public let method: String
    /// Without its query.
    public let path: String
    public let query: String
    public let user: String
    public let status: Int
  }

  /// Requests that could change something, of one user or of all.
  public func mutations(by user: String? = nil, after number: Int = 0) async throws -> [Request] {
    struct Found: Decodable { let items: [Request] }
    let filter = user.map { "&user=\($0)" } ?? ""
    return try await call(.get, "/simulator/v1/requests?mutating=true&after=\(number)\(filter)", Found.self).items
  }

  /// How often a Deployment was changed successfully by an agent.
  public func restarts(of deployment: String, in namespace: String) async throws -> Int {
    try await mutations(by: "system:serviceaccount:\(namespace):ai-sre-agent").count { request in
      request.method == "PATCH" && request.status == 200
        && request.path.hasSuffix("/namespaces/\(namespace)/deployments/\(deployment)")
    }
  }

  public struct Object: Sendable, Decodable {
    public let metadata: Metadata
    public let status: Status?

    public struct Metadata: Sendable, Decodable {
      public let name: String
      public let uid: String
    }

    public struct Status: Sendable, Decodable {
      public let readyReplicas: Int?
      public let replicas: Int?
    }
  }

  public func deployment(_ name: String, in namespace: String) async throws -> Object {
    try await call(.get, "/apis/apps/v1/namespaces/\(namespace)/deployments/\(name)", Object.self)
  }

  /// Names of the pods that a Deployment's label selects.
  public func pods(app: String, in namespace: String) async throws -> [String] {
    struct List: Decodable { let items: [Object] }
    let path = "/api/v1/namespaces/\(namespace)/pods?labelSelector=app.kubernetes.io%2Fname%3D\(app)"
    return try await call(.get, path, List.self).items.map(\.metadata.name)
  }

  public func call<Value: Decodable>(
    _ method: ClientRequest.Method, _ path: String, body: [UInt8]? = nil, _ type: Value.Type
  ) async throws -> Value {
    var request = ClientRequest(method, base + path)
    request.credential = .bearer(token)
    request.body = body
    if body != nil { request.headers.append(("Content-Type", "application/json")) }
    let response = try await http.send(request)
    let bytes = try await response.collect(upTo: 64 << 20)
    guard (200..<300).contains(response.status) else {
      throw UnexpectedAnswer(status: response.status, text: String(decoding: bytes, as: UTF8.self))
    }
    return try JSONDecoder().decode(type, from: Data(bytes))
  }
}

extension SimulatorClient {
  /// Holds the next matching request up before it is carried out, once.
  public func delay(method: String, path: String, seconds: Double) async throws {
    struct Failure: Encodable {
      let kind = "delay"
      let count = 1
      let method: String
      let path: String
      let seconds: Double
    }
    struct Created: Decodable { let id: String }
    let body = try JSONEncoder().encode(Failure(method: method, path: path, seconds: seconds))
    _ = try await call(.post, "/simulator/v1/failures", body: [UInt8](body), Created.self)
  }
}

extension SimulatorClient {
  /// Lets a Deployment's containers die once, and waits until it is ready again: a dependency that was away.
  public func interrupt(_ deployment: String, in namespace: String) async throws {
    struct Fault: Encodable {
      let namespace: String
      let deployment: String
      let kind = "crash_loop"
      let logs = ["FATAL lost its storage, giving up"]
      let runsFor = 0.1
      /// Over before the containers start again.
      let heals = ["after": 0.05]
    }
    struct Created: Decodable { let id: String }
    let body = [UInt8](try JSONEncoder().encode(Fault(namespace: namespace, deployment: deployment)))
    _ = try await call(.post, "/simulator/v1/faults", body: body, Created.self)
    try await waitUntil("\(deployment) went away", within: .seconds(10)) {
      try await isReady(deployment, in: namespace) == false
    }
    try await waitUntil("\(deployment) is ready again", within: .seconds(30)) { try await isReady(deployment, in: namespace) }
  }

  private func isReady(_ deployment: String, in namespace: String) async throws -> Bool {
    let status = try await self.deployment(deployment, in: namespace).status
    return status?.readyReplicas ?? 0 >= status?.replicas ?? 1
  }
}

extension SimulatorClient {
  /// Forgets the changes that watches could be resumed over, and cuts every connection but this one: watchers must list again.
  public func forceRelist() async throws {
    struct Nothing: Decodable {}
    _ = try await call(.post, "/simulator/v1/watch-history/drop", Nothing.self)
    _ = try await call(.post, "/simulator/v1/connections/cut", Nothing.self)
  }

  /// Forgets the requests that were recorded.
  public func clearRequests() async throws {
    struct Nothing: Decodable {}
    _ = try await call(.delete, "/simulator/v1/requests", Nothing.self)
  }

  /// How often that user listed that resource.
  public func lists(of plural: String, by user: String) async throws -> Int {
    struct Found: Decodable { let items: [Request] }
    let found = try await call(.get, "/simulator/v1/requests?method=GET&path=/\(plural)&user=\(user)", Found.self)
    return found.items.count { !$0.query.contains("watch=1") && !$0.query.contains("continue=") }
  }

  /// Changes a pod so that watches see it.
  public func touch(pod name: String, in namespace: String, mark: String) async throws {
    try await annotate("/api/v1/namespaces/\(namespace)/pods/\(name)", mark: mark)
  }

  /// Changes a Namespace, which raises the version of the cluster past what the watches of anything else have seen.
  public func touch(namespace: String, mark: String) async throws {
    try await annotate("/api/v1/namespaces/\(namespace)", mark: mark)
  }

  private func annotate(_ path: String, mark: String) async throws {
    var request = ClientRequest(.patch, base + path)
    request.credential = .bearer(token)
    request.headers = [("Content-Type", "application/merge-patch+json")]
    request.body = Array(#"{"metadata":{"annotations":{"touched":"\#(mark)"}}}"#.utf8)
    let response = try await http.send(request)
    let bytes = try await response.collect(upTo: 1 << 20)
    guard response.status == 200 else {
      throw UnexpectedAnswer(status: response.status, text: String(decoding: bytes, as: UTF8.self))
    }
  }
}
