/// A cluster at one instant: objects exactly as they were recorded, what containers had written, and the moment.
///
/// Nothing happens in it by itself. Requests that change objects do change them; nobody acts upon it.
public struct StillCluster: Sendable {
  /// What a container had written: its present run, and the run before.
  public struct Log: Sendable, Hashable {
    public var current: String?
    public var previous: String?

    /// The texts as `kubectl logs` and `kubectl logs --previous` print them.
    public init(current: String? = nil, previous: String? = nil) {
      self.current = current
      self.previous = previous
    }
  }

  /// Objects of any kind with their recorded uid, status, times and owners. Kinds that the simulator does not know are served as
  /// custom resources. A namespace that an object is in exists, whether or not it is listed.
  public var objects: [JSONValue]
  /// By `namespace/pod/container`.
  public var logs: [String: Log]
  public var now: Timestamp
  /// Namespaces in which an agent's account, Role and RoleBinding are made.
  public var agentNamespaces: [String]

  /// A cluster of these objects at this moment.
  public init(objects: [JSONValue], logs: [String: Log] = [:], now: Timestamp, agentNamespaces: [String] = []) {
    self.objects = objects
    self.logs = logs
    self.now = now
    self.agentNamespaces = agentNamespaces
  }
}

extension World {
  /// The world of a cluster that stands still.
  init(still cluster: StillCluster) throws(SeedError) {
    self.init(now: cluster.now, seed: 1, timing: Timing())
    standsStill = true
    try load(cluster.objects)
    let accounts = SystemSeed.seeds(nodes: 0, age: 0).map(\.object) + cluster.agentNamespaces.flatMap(SystemSeed.agent)
    try load(accounts.map { furnished($0) }, onlyNew: true)
    try addNamespaces()
    for (place, log) in cluster.logs { recordedLogs[place] = RecordedLog(log) }
    dispatch()
    _ = takeOutbox()
  }

  private mutating func load(_ objects: [JSONValue], onlyNew: Bool = false) throws(SeedError) {
    for object in objects {
      if object["kind"]?.string?.hasSuffix("List") == true, let items = object["items"]?.array {
        try load(items, onlyNew: onlyNew)
      } else {
        try load(object, onlyNew: onlyNew)
      }
    }
  }

  private mutating func load(_ object: JSONValue, onlyNew: Bool) throws(SeedError) {
    guard let kind = object["kind"]?.string, let apiVersion = object["apiVersion"]?.string, !object.name.isEmpty else {
      throw SeedError(description: "an object needs kind, apiVersion and metadata.name; found \(object.text.prefix(200))")
    }
    let type = register(apiVersion: apiVersion, kind: kind, namespaced: !object.namespace.isEmpty)
    let key = ObjectKey(namespace: type.namespaced ? object.namespace : "", name: object.name)
    guard !type.namespaced || !key.namespace.isEmpty else {
      throw SeedError(description: "\(kind) \(object.name) has no metadata.namespace")
    }
    if store.object(type, key) != nil {
      if onlyNew { return }
      throw SeedError(description: "\(kind) \(key.namespace)/\(key.name) is there twice")
    }
    store.put(type, key, type == ResourceCatalogue.eventsV1 ? EventConversion.toCore(object) : object)
  }

  private mutating func register(apiVersion: String, kind: String, namespaced: Bool) -> ResourceType {
    if let type = store.type(apiVersion: apiVersion, kind: kind) { return type }
    let type = ResourceType.guess(apiVersion: apiVersion, kind: kind, namespaced: namespaced)
    store.add(type)
    return type
  }

  /// An object of the simulator's own with what a server adds.
  private mutating func furnished(_ object: JSONValue) -> JSONValue {
    var object = object
    object["metadata"]?["uid"] = .string(uid())
    object["metadata"]?["creationTimestamp"] = .string(now.rfc3339)
    if object["kind"]?.string == "Namespace" {
      object["spec"] = ["finalizers": ["kubernetes"]]
      object["status"] = ["phase": "Active"]
    }
    return object
  }

  private mutating func addNamespaces() throws(SeedError) {
    for name in store.namespaceNames.sorted() {
      let namespace: JSONValue = ["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .string(name)]]
      try load(furnished(namespace), onlyNew: true)
    }
  }
}
