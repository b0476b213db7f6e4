/// All open watches and what each has yet to hear.
struct WatchHub: Sendable {
  /// A watcher that falls so far behind is ended, as the API server does it.
  static let longestBacklog = 20_000

  private struct Watcher {
    let continuation: AsyncStream<WatchSession.Signal>.Continuation
    let after: UInt64
  }

  private var watchers: [String: [Int: Watcher]] = [:]
  private var serial = 0

  /// How many watches are open.
  var count: Int { watchers.values.reduce(0) { $0 + $1.count } }

  /// Opens a watch for a request, or says why not.
  mutating func open(_ request: APIRequest, _ type: ResourceType, _ world: World) throws(APIStatus) -> WatchSession {
    let presenter = Presenter(
      type: type, representation: try Representation(accept: request.accept),
      includeObject: request.query["includeObject"] ?? "Metadata", now: world.now)
    let options = try ListOptions(request.query, type: type, isWatch: true)
    let allowsBookmarks = request.query.isTrue("allowWatchBookmarks")
    let sendsInitial = request.query["sendInitialEvents"].map { $0 == "true" || $0 == "1" }
    if sendsInitial != nil, options.match != .notOlderThan {
      throw .invalidOptions(
        "ListOptions",
        .forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
    }
    let namespace = request.target.namespace.isEmpty || !type.namespaced ? nil : request.target.namespace
    let (signals, continuation) = AsyncStream.makeStream(
      of: WatchSession.Signal.self, bufferingPolicy: .bufferingOldest(Self.longestBacklog))
    serial += 1
    let id = serial
    let starts = sendsInitial ?? ((options.revision ?? 0) == 0)
    var after = world.store.revision
    var initial: [JSONValue] = []
    if starts {
      initial = world.store.objects(type, namespace: namespace).map(\.value).filter { options.matches($0, type) }
      if sendsInitial == true, allowsBookmarks { continuation.yield(.bookmark(after, endsInitialEvents: true)) }
    } else if let asked = options.revision, asked > 0 {
      after = max(after, asked)
      guard let missed = world.store.changes(type, after: asked) else {
        continuation.yield(.failure(Self.expired(type, asked, world)))
        continuation.finish()
        return WatchSession(
          id: id, type: type, options: options, namespace: namespace, presenter: presenter, initial: [], signals: signals,
          end: {}, timeout: 1, sendsBookmarks: false)
      }
      for change in missed { continuation.yield(.change(change)) }
    }
    watchers[type.storage, default: [:]][id] = Watcher(continuation: continuation, after: after)
    return WatchSession(
      id: id, type: type, options: options, namespace: namespace, presenter: presenter, initial: initial, signals: signals,
      end: { continuation.finish() },
      timeout: request.query["timeoutSeconds"].flatMap(Double.init).flatMap { $0 > 0 ? $0 : nil } ?? 2700,
      sendsBookmarks: allowsBookmarks && type.isCached)
  }

  private static func expired(_ type: ResourceType, _ asked: UInt64, _ world: World) -> APIStatus {
    .expired(
      type.isCached
        ? "too old resource version: \(asked) (\(world.store.historyFloor(type)))"
        : "The resourceVersion for the provided watch is too old.")
  }

  /// Tells every watch of a change; ends those that cannot follow.
  mutating func publish(_ change: Change) {
    guard let interested = watchers[change.storage] else { return }
    for (id, watcher) in interested where change.revision > watcher.after {
      if case .dropped = watcher.continuation.yield(.change(change)) { close(id) }
    }
  }

  /// Puts a bookmark behind everything that a watch has been told.
  func bookmark(_ id: Int, revision: UInt64) {
    for group in watchers.values { group[id]?.continuation.yield(.bookmark(revision, endsInitialEvents: false)) }
  }

  /// Ends a watch.
  mutating func close(_ id: Int) {
    for storage in watchers.keys {
      if let watcher = watchers[storage]?.removeValue(forKey: id) { watcher.continuation.finish() }
    }
  }

  /// Ends every watch.
  mutating func closeAll() {
    for watcher in watchers.values.flatMap(\.values) { watcher.continuation.finish() }
    watchers = [:]
  }
}
