/// An object that is there from the start, written so long ago.
public struct Seed: Sendable {
  /// The object as a client would have sent it.
  public let object: JSONValue
  /// Simulated seconds before the start. The same object may come twice: the younger one is then an update of the older.
  public let age: Double

  /// An object of an age in seconds.
  public init(_ object: JSONValue, age: Double = 0) {
    self.object = object
    self.age = age
  }
}

/// A seed that cannot be planted.
public struct SeedError: Error, CustomStringConvertible, Sendable {
  public let description: String
}

extension World {
  /// Simulates the past: time starts at the oldest seed and every controller works from then on, so that workloads look as old
  /// as they are and have settled. Seeds without an age come now.
  mutating func simulatePast(_ seeds: [Seed], until present: Timestamp) throws {
    pastUntil = present
    defer { pastUntil = nil }
    let sorted = seeds.enumerated().sorted { ($1.element.age, $0.offset) < ($0.element.age, $1.offset) }.map(\.element)
    for seed in sorted {
      let moment = present - seed.age
      recorder.isOn = seed.age < timing.eventLifetime
      run(until: max(now, moment))
      try plant(seed.object)
    }
    let eventsFrom = present - timing.eventLifetime
    if now < eventsFrom { run(until: eventsFrom) }
    recorder.isOn = true
    run(until: present)
  }

  /// Plants seeds now, whatever their age.
  mutating func apply(_ seeds: [Seed]) throws {
    for seed in seeds { try plant(seed.object) }
  }

  /// Creates or updates an object as an administrator with kubectl would.
  mutating func plant(_ object: JSONValue) throws {
    guard let kind = object["kind"]?.string, let apiVersion = object["apiVersion"]?.string,
      let type = store.type(apiVersion: apiVersion, kind: kind) ?? customType(apiVersion, kind, object)
    else {
      throw SeedError(
        description:
          "a seed needs the kind and apiVersion of a served type; found \(object["apiVersion"]?.string ?? "no apiVersion") "
          + "\(object["kind"]?.string ?? "no kind")")
    }
    let name = object.name
    let namespace = type.namespaced ? (object.namespace.isEmpty ? "default" : object.namespace) : ""
    if type.namespaced { try plantNamespace(namespace) }
    let key = ObjectKey(namespace: namespace, name: name)
    let exists = store.object(type, key) != nil
    let root = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
    let place = type.namespaced ? "/namespaces/\(namespace)" : ""
    var request = APIRequest(
      method: exists ? "PATCH" : "POST", path: "\(root)\(place)/\(type.plural)" + (exists ? "/\(name)" : ""), queryText: "")
    request.contentType = exists ? PatchKind.merge.rawValue : "application/json"
    request.userAgent = "kubectl-client-side-apply"
    request.target.custom = type
    request.identity = Identity(username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])
    request.body = object.encoded
    let api = ResourceAPI(request: request, type: type)
    do throws(APIStatus) {
      _ = exists ? try api.patch(&self) : try api.create(&self)
    } catch {
      throw SeedError(description: "\(kind) \(namespace)/\(name): \(error.message)")
    }
    if type == ResourceCatalogue.nodes { try completeNode(key) }
    run(until: now)
  }

  /// The type of a custom resource: of a group with a dot that the simulator does not serve itself.
  private mutating func customType(_ apiVersion: String, _ kind: String, _ object: JSONValue) -> ResourceType? {
    let group = apiVersion.split(separator: "/").first.map(String.init) ?? ""
    guard apiVersion.contains("/"), group.contains("."), !ResourceCatalogue.all.contains(where: { $0.group == group }) else {
      return nil
    }
    let type = ResourceType.guess(apiVersion: apiVersion, kind: kind, namespaced: !object.namespace.isEmpty)
    store.add(type)
    return type
  }

  private mutating func plantNamespace(_ name: String) throws {
    guard store.object(ResourceCatalogue.namespaces, ObjectKey(namespace: "", name: name)) == nil else { return }
    try plant(["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .string(name)]])
  }

  /// A node without a status becomes a healthy one.
  private mutating func completeNode(_ key: ObjectKey) throws {
    guard let node = store.object(ResourceCatalogue.nodes, key), node["status"]?["conditions"] == nil else { return }
    let status = NodeSeed.status(name: key.name, now: now)
    update(ResourceCatalogue.nodes, key) { $0["status"] = status }
  }
}
