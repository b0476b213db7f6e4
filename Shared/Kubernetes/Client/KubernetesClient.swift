public import HTTP

/// A typed client of one API server. It repeats nothing by itself: whether a request may be sent again, and when, is the
/// caller's to decide, by ``KubernetesError/mayPassLater`` and ``KubernetesError/retryAfter``.
public struct KubernetesClient: Sendable {
  private let configuration: ClusterConfiguration
  let http: any HTTPTransport
  private let userAgent: String
  private let permits: (@Sendable (APICall) -> Bool)?

  /// The largest body that is read at once. The server's own limit for a request is 3 MiB; a page of lists is bounded by
  /// its page size.
  static let maximumBodyBytes = 32 * 1024 * 1024

  /// `http` must have been made with the configuration's `tls`. `userAgent` shows in the API server's audit log.
  public init(configuration: ClusterConfiguration, http: any HTTPTransport, userAgent: String) {
    self.init(configuration, http, userAgent, permits: nil)
  }

  private init(
    _ configuration: ClusterConfiguration, _ http: any HTTPTransport, _ userAgent: String, permits: (@Sendable (APICall) -> Bool)?
  ) {
    self.configuration = configuration
    self.http = http
    self.userAgent = userAgent
    self.permits = permits
  }

  /// The same client, which makes only the calls that `permits` lets through; any other throws
  /// ``KubernetesError/unlisted(_:)`` and is never sent. So a program's list of calls and what it does cannot differ.
  public func restricted(to permits: @escaping @Sendable (APICall) -> Bool) -> KubernetesClient {
    KubernetesClient(configuration, http, userAgent, permits: permits)
  }

  public func get<Object: Resource>(_ type: Object.Type = Object.self, named name: String, namespace: String?)
    async throws(KubernetesError) -> Object
  {
    try await answer(request(.get, path(Object.type, namespace: namespace, name: name))).object()
  }

  /// The metadata alone of an object of any kind.
  public func metadata(of type: ResourceType, named name: String, namespace: String?) async throws(KubernetesError)
    -> PartialObjectMetadata
  {
    var request = request(.get, path(type, namespace: namespace, name: name))
    request.headers.replace("Accept", with: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
    return try await answer(request).object()
  }

  /// All objects. A `continue` that expires on the way throws ``KubernetesError/expired(_:)``.
  public func list<Object: Resource>(
    _ type: Object.Type = Object.self, namespace: String?, options: ListOptions = ListOptions()
  ) async throws(KubernetesError) -> ResourceList<Object> {
    try await list(Object.self, namespace: namespace, options: options) { $0 }
  }

  /// As ``list(_:namespace:options:)``, with each object replaced at once by what is needed of it, so that never more than
  /// one page of whole objects is in memory.
  public func list<Object: Resource, Item: Sendable>(
    _ type: Object.Type = Object.self, namespace: String?, options: ListOptions = ListOptions(),
    keeping keep: @Sendable (Object) -> Item
  ) async throws(KubernetesError) -> ResourceList<Item> {
    try await list(path(Object.type, namespace: namespace), accept: "application/json", options: options, keeping: keep)
  }

  /// The metadata of all objects of a kind.
  public func listMetadata(of type: ResourceType, namespace: String?, options: ListOptions = ListOptions())
    async throws(KubernetesError) -> ResourceList<PartialObjectMetadata>
  {
    let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    return try await list(path(type, namespace: namespace), accept: accept, options: options) { (item: PartialObjectMetadata) in
      item
    }
  }

  func list<Object: Resource, Item: Sendable>(
    _ path: String, accept: String, options: ListOptions, keeping keep: @Sendable (Object) -> Item
  ) async throws(KubernetesError) -> ResourceList<Item> {
    var items: [Item] = []
    var token: String?
    while true {
      var request = request(.get, path + options.query(continue: token).text)
      request.headers.replace("Accept", with: accept)
      let page: ResourcePage<Object> = try await answer(request).object()
      items.append(contentsOf: page.items.lazy.map(keep))
      let list = ResourceList(resourceVersion: page.metadata.resourceVersion ?? "", items: items)
      if items.count > options.maximumItems {
        guard options.truncates else { throw .listTooLong(limit: options.maximumItems) }
        return list
      }
      guard let next = page.metadata.continue, !next.isEmpty else { return list }
      guard next != token else { throw .undecodable("metadata.continue repeats itself") }
      token = next
    }
  }
}

extension KubernetesClient {
  func path(_ type: ResourceType, namespace: String?, name: String? = nil, subresource: String? = nil) -> String {
    var path = type.path(namespace: namespace)
    if let name { path += "/" + name.percentEncoded }
    if let subresource { path += "/" + subresource }
    return path
  }

  func request(_ method: ClientRequest.Method, _ path: String, body: JSONValue? = nil, contentType: String = "application/json")
    -> ClientRequest
  {
    var request = ClientRequest(method, configuration.server + path)
    request.headers = [("Accept", "application/json"), ("User-Agent", userAgent)]
    if let body {
      request.headers.append(("Content-Type", contentType))
      request.body = body.canonicalJSON
    }
    request.credential = configuration.credential
    return request
  }

  func send(_ request: ClientRequest) async throws(KubernetesError) -> ClientResponse {
    try checkListed(request)
    do {
      return try await http.send(request)
    } catch {
      throw .transport(error)
    }
  }

  /// Discovery names no resource, and everybody may read it.
  func checkListed(_ request: ClientRequest) throws(KubernetesError) {
    guard let permits else { return }
    let path = String(request.url.dropFirst(configuration.server.count))
    let isListed = APICall(method: request.method.rawValue, path: path).map(permits) ?? (request.method == .get)
    guard isListed else { throw .unlisted("\(request.method.rawValue) \(path.prefix { $0 != "?" })") }
  }

  func answer(_ request: ClientRequest) async throws(KubernetesError) -> Answer {
    try await Self.answer(from: send(request))
  }

  static func answer(from response: ClientResponse, upTo limit: Int = maximumBodyBytes) async throws(KubernetesError) -> Answer {
    do {
      let body = try await response.collect(upTo: limit)
      return Answer(status: response.status, retryAfter: response.headers["Retry-After"], body: body)
    } catch {
      throw .transport(error)
    }
  }
}

extension [(name: String, value: String)] {
  fileprivate mutating func replace(_ name: String, with value: String) {
    removeAll { $0.name == name }
    append((name, value))
  }
}
