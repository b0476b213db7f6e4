/// One change of one object, as watches see it.
struct Change: Sendable {
  enum Kind: Sendable { case added, modified, deleted }

  let revision: UInt64
  let kind: Kind
  let storage: String
  let key: ObjectKey
  /// The object after the change; of a deletion the last state under the deletion's resourceVersion.
  let object: JSONValue
  /// The object before the change.
  let previous: JSONValue?
}

/// Every object of the cluster with one counter of versions, and the recent changes of each type.
///
/// A pure value: rights, defaults and controllers are above it.
struct ResourceStore: Sendable {
  /// The resourceVersion of the latest change.
  private(set) var revision: UInt64 = 100
  /// How many changes of one type are kept for watches and for lists of the past.
  var historyLimit = 10_000

  /// Types beside those of ``ResourceCatalogue``: custom resources, and versions of the others that a file had.
  private(set) var customTypes: [ResourceType] = []
  private var collections: [String: Collection] = [:]
  private var histories: [String: WatchHistory] = [:]
  private var owned: [String: Set<OwnedKey>] = [:]
  private var pending: [Change] = []

  private struct OwnedKey: Hashable { let storage: String, key: ObjectKey }
  private struct Collection { var namespaces: [String: [String: JSONValue]] = [:] }

  /// The object, `nil` when there is none.
  func object(_ type: ResourceType, _ key: ObjectKey) -> JSONValue? {
    collections[type.storage]?.namespaces[key.namespace]?[key.name]
  }

  /// All objects of a type in one namespace, or in all, sorted by namespace and name.
  func objects(_ type: ResourceType, namespace: String? = nil) -> [(key: ObjectKey, value: JSONValue)] {
    guard let collection = collections[type.storage] else { return [] }
    let namespaces = namespace.map { [$0] } ?? collection.namespaces.keys.sorted()
    var result: [(key: ObjectKey, value: JSONValue)] = []
    for name in namespaces {
      guard let objects = collection.namespaces[name] else { continue }
      for entry in objects.sorted(by: { $0.key < $1.key }) {
        result.append((ObjectKey(namespace: name, name: entry.key), entry.value))
      }
    }
    return result
  }

  /// Serves another type from now on.
  mutating func add(_ type: ResourceType) { customTypes.append(type) }

  /// Every namespace in which there is an object.
  var namespaceNames: Set<String> {
    Set(collections.values.flatMap(\.namespaces.keys)).subtracting([""])
  }

  /// Whether there is any object of a type in a namespace.
  func hasObjects(_ type: ResourceType, namespace: String) -> Bool {
    !(collections[type.storage]?.namespaces[namespace]?.isEmpty ?? true)
  }

  /// All objects of a type in no particular order.
  func unorderedObjects(_ type: ResourceType, namespace: String) -> some Sequence<JSONValue> {
    (collections[type.storage]?.namespaces[namespace] ?? [:]).values
  }

  /// The objects of a type whose controlling owner has this uid, in no particular order.
  func objects(_ type: ResourceType, ownedBy uid: String) -> [(key: ObjectKey, value: JSONValue)] {
    (owned[uid] ?? []).compactMap { entry in
      guard entry.storage == type.storage, let value = object(type, entry.key) else { return nil }
      return (entry.key, value)
    }
  }

  /// Every object that names the uid as an owner.
  func dependents(of uid: String) -> [(type: ResourceType, key: ObjectKey)] {
    (owned[uid] ?? []).compactMap { entry in
      type(storage: entry.storage).map { ($0, entry.key) }
    }
  }

  /// All objects as they were at an earlier revision, `nil` when the history no longer reaches there.
  func objects(
    _ type: ResourceType, namespace: String?, at past: UInt64
  ) -> [(key: ObjectKey, value: JSONValue)]? {
    let history = histories[type.storage] ?? WatchHistory()
    guard past >= history.floor else { return nil }
    var objects = Dictionary(uniqueKeysWithValues: self.objects(type, namespace: namespace).map { ($0.key, $0.value) })
    for change in history.changes(after: past).reversed() where namespace == nil || change.key.namespace == namespace {
      objects[change.key] = change.kind == .added ? nil : change.previous
    }
    return objects.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The changes of a type after a revision, `nil` when they are no longer known.
  func changes(_ type: ResourceType, after past: UInt64) -> [Change]? {
    let history = histories[type.storage] ?? WatchHistory()
    return past >= history.floor ? Array(history.changes(after: past)) : nil
  }

  /// The oldest revision from which a watch of the type may start.
  func historyFloor(_ type: ResourceType) -> UInt64 { histories[type.storage]?.floor ?? 0 }

  /// Stores an object under a new version, whether or not it was there, and gives it back with that version.
  @discardableResult
  mutating func put(_ type: ResourceType, _ key: ObjectKey, _ value: JSONValue) -> JSONValue {
    let previous = object(type, key)
    revision += 1
    var stored = value
    stored["metadata"]?["resourceVersion"] = .string(String(revision))
    collections[type.storage, default: Collection()].namespaces[key.namespace, default: [:]][key.name] = stored
    index(type, key, from: previous, to: stored)
    record(
      Change(
        revision: revision, kind: previous == nil ? .added : .modified, storage: type.storage, key: key, object: stored,
        previous: previous))
    return stored
  }

  /// Removes an object and gives back its last state under the deletion's version.
  @discardableResult
  mutating func remove(_ type: ResourceType, _ key: ObjectKey) -> JSONValue? {
    guard let previous = collections[type.storage]?.namespaces[key.namespace]?.removeValue(forKey: key.name) else { return nil }
    revision += 1
    var last = previous
    last["metadata"]?["resourceVersion"] = .string(String(revision))
    index(type, key, from: previous, to: nil)
    record(Change(revision: revision, kind: .deleted, storage: type.storage, key: key, object: last, previous: previous))
    return last
  }

  /// Forgets the changes of a type, or of all: watches from before are then Expired.
  mutating func dropHistory(of type: ResourceType? = nil) {
    let storages = type.map { [$0.storage] } ?? types.map(\.storage)
    for storage in storages { histories[storage, default: WatchHistory()].drop(upTo: revision) }
  }

  /// Hands over the changes since the last call, for controllers and open watches.
  mutating func takePending() -> [Change] {
    defer { pending.removeAll(keepingCapacity: true) }
    return pending
  }

  private mutating func record(_ change: Change) {
    histories[change.storage, default: WatchHistory()].append(change, limit: historyLimit)
    pending.append(change)
  }

  private mutating func index(_ type: ResourceType, _ key: ObjectKey, from previous: JSONValue?, to current: JSONValue?) {
    let before = previous.map(Self.ownerUIDs) ?? []
    let after = current.map(Self.ownerUIDs) ?? []
    guard before != after else { return }
    let entry = OwnedKey(storage: type.storage, key: key)
    for uid in before where !after.contains(uid) {
      owned[uid]?.remove(entry)
      if owned[uid]?.isEmpty == true { owned[uid] = nil }
    }
    for uid in after { owned[uid, default: []].insert(entry) }
  }

  private static func ownerUIDs(_ object: JSONValue) -> [String] {
    (object[path: "metadata", "ownerReferences"]?.array ?? []).compactMap { $0["uid"]?.string }
  }
}
