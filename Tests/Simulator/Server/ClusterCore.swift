/// The cluster behind the API: one actor that owns the world, lets time pass in it and answers requests.
actor ClusterCore {
  private(set) var world: World
  private var authenticator: Authenticator
  private var watches = WatchHub()
  private var log = RequestLog()
  private var failures = APIFailureTable()
  private let clock: SimulatorClock
  private let anchor: (real: ContinuousClock.Instant, simulated: Timestamp)
  private var wake: (task: Task<Void, Never>, due: Timestamp)?
  private var isStopped = false

  init(world: World, clock: SimulatorClock, authenticator: Authenticator) {
    self.world = world
    self.clock = clock
    self.authenticator = authenticator
    anchor = (.now, world.now)
  }

  private var present: Timestamp {
    switch clock {
    case .manual: world.now
    case .running(let speed): anchor.simulated + (ContinuousClock.now - anchor.real).inSeconds * speed
    }
  }

  /// The present moment in the cluster.
  var now: Timestamp {
    catchUp()
    return world.now
  }

  /// Lets time pass on a manual clock.
  func advance(by seconds: Double) {
    world.run(until: world.now + seconds)
    publish()
  }

  /// Does what has become due, tells the watches, and sets the alarm for what is next.
  private func catchUp() {
    world.run(until: present)
    publish()
    setAlarm()
  }

  private func publish() {
    for change in world.takeOutbox() { watches.publish(change) }
  }

  private func setAlarm() {
    guard case .running(let speed) = clock, !isStopped, let due = world.nextDue else { return }
    if let wake, wake.due <= due { return }
    wake?.task.cancel()
    let seconds = max(0.001, (due - present) / speed)
    wake = (
      Task { [weak self] in
        guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
        await self?.alarm()
      }, due
    )
  }

  private func alarm() {
    wake = nil
    catchUp()
  }

  /// Ends all watches and the alarm.
  func stop() {
    isStopped = true
    wake?.task.cancel()
    wake = nil
    watches.closeAll()
  }

  /// Changes the world directly, for tests of single parts.
  func changeWorld<Result: Sendable>(_ change: @Sendable (inout World) throws -> Result) rethrows -> Result {
    catchUp()
    defer { catchUp() }
    return try change(&world)
  }

  /// The failure that a request is to meet, if any.
  func failure(for request: APIRequest, token: String?) -> APIFailure.Effect? {
    guard !failures.entries.isEmpty else { return nil }
    return failures.take(for: request, user: try? identity(token, certified: request.certified).username)
  }

  /// Answers a request of the API.
  func respond(to request: APIRequest, query: String, token: String?) -> APIResponse {
    catchUp()
    var user = ""
    let response: APIResponse
    do throws(APIStatus) {
      var request = request
      request.identity = try identity(token, certified: request.certified)
      request.target.custom = world.store.customType(for: request.target)
      user = request.identity.username
      try prepareMetrics(for: request)
      let dispatch = APIDispatch(request: request, authenticator: authenticator)
      try dispatch.checkAccess(world)
      response = try dispatch.respond(&world, &watches)
    } catch {
      response = APIResponse(error)
    }
    log.add(request, query: query, user: user, status: response.status, time: world.now)
    if request.method != "GET" { catchUp() }
    return response
  }

  /// The objects of metrics.k8s.io are made when somebody reads them.
  private func prepareMetrics(for request: APIRequest) throws(APIStatus) {
    guard request.path.hasPrefix("/apis/metrics.k8s.io"), !world.standsStill else { return }
    switch world.metricsServer {
    case .running: world.refreshMetrics(namespace: request.target.namespace)
    case .absent: throw .pageNotFound
    case .down:
      throw APIStatus(
        code: 503, message: "the server is currently unable to handle the request", reason: "ServiceUnavailable")
    }
  }

  func setMetrics(_ server: MetricsServer) {
    catchUp()
    world.metricsServer = server
  }

  /// Changes what a node's kubelet does. `nil` when there is no such node.
  func setNode(_ name: String, _ state: NodeState) -> Bool {
    catchUp()
    defer { catchUp() }
    let key = ObjectKey(namespace: "", name: name)
    guard world.store.object(ResourceCatalogue.nodes, key) != nil else { return false }
    world.update(ResourceCatalogue.nodes, key) { node in
      var annotations = node[path: "metadata", "annotations"] ?? [:]
      annotations[FaultAnnotation.node] = state == .healthy ? nil : .string(state.rawValue)
      node["metadata"]?["annotations"] = annotations == [:] ? nil : annotations
    }
    return true
  }

  /// Records an answer that was made elsewhere.
  func record(_ request: APIRequest, query: String, status: Int) {
    log.add(request, query: query, user: "", status: status, time: world.now)
  }

  private func identity(_ token: String?, certified: Identity? = nil) throws(APIStatus) -> Identity {
    if let certified { return certified }
    guard let token else { return .anonymous }
    do {
      return try authenticator.authenticate(token, audiences: [TokenIssuer.ownAudience], &world).identity
    } catch {
      throw .unauthorized
    }
  }

  /// Whether a token may use the control endpoints: it must belong to system:masters.
  func isAdministrator(_ token: String?, certified: Identity? = nil) -> Bool {
    (try? identity(token, certified: certified))?.groups.contains("system:masters") ?? false
  }

  func sendBookmark(_ id: Int) {
    catchUp()
    watches.bookmark(id, revision: world.store.revision)
  }

  func closeWatch(_ id: Int) { watches.close(id) }

  var openWatches: Int { watches.count }

  func closeWatches() { watches.closeAll() }

  /// The lines of a followed log, and whether more can come.
  func followedLines(_ follower: LogFollower) -> (lines: [(time: Timestamp, text: String)], isOver: Bool) {
    catchUp()
    guard let container = world.runtimes[follower.uid]?.containers.first(where: { $0.name == follower.container }),
      let run = container.runs.first(where: { $0.startedAt == follower.runStartedAt })
    else { return ([], true) }
    return (run.lines(at: world.now), run.finishedAt != nil)
  }

  func inject(_ fault: Fault) -> String {
    catchUp()
    defer { catchUp() }
    return world.inject(fault)
  }

  func faults() -> [(id: String, fault: Fault)] { world.faults.entries.map { ($0.id, $0.fault) } }

  func removeFaults(where matches: (String, Fault) -> Bool) -> Int {
    let before = world.faults.entries.count
    world.faults.entries.removeAll { matches($0.id, $0.fault) }
    return before - world.faults.entries.count
  }

  func add(_ failure: APIFailure) -> String { failures.add(failure) }

  func removeFailure(_ id: String?) { failures.remove(id) }

  var failuresMet: Int { failures.met }

  func requests(_ query: RequestQuery) -> [RecordedRequest] { log.matching(query) }

  func clearRequests() { log.clear() }

  func dropHistory(of type: ResourceType?) { world.store.dropHistory(of: type) }

  func setHistoryLimit(_ limit: Int) { world.store.historyLimit = limit }

  func seed(_ seeds: [Seed]) throws {
    catchUp()
    try world.apply(seeds)
    catchUp()
  }

  func objects(_ type: ResourceType, namespace: String?) -> [JSONValue] {
    catchUp()
    return world.store.objects(type, namespace: namespace).map(\.value)
  }

  func object(_ type: ResourceType, _ key: ObjectKey) -> JSONValue? {
    catchUp()
    return world.store.object(type, key)
  }

  func objects(_ plural: String, _ group: String, namespace: String?) -> [JSONValue] {
    world.store.types.first { $0.plural == plural && $0.group == group }.map { objects($0, namespace: namespace) } ?? []
  }

  func object(_ plural: String, _ group: String, _ key: ObjectKey) -> JSONValue? {
    world.store.types.first { $0.plural == plural && $0.group == group }.flatMap { object($0, key) }
  }

  /// A new token of a ServiceAccount.
  func token(namespace: String, account: String, audiences: [String], seconds: Double) throws(APIStatus) -> String {
    guard
      let object = world.store.object(
        ResourceCatalogue.serviceAccounts, ObjectKey(namespace: namespace, name: account))
    else { throw .notFound(ResourceCatalogue.serviceAccounts, account) }
    let issuer = authenticator.issuer
    let claims = TokenIssuer.Claims(
      namespace: namespace, account: account, accountUID: object.uid, audiences: audiences, expires: issuer.now + seconds,
      tokenID: world.uid())
    guard let token = try? issuer.issue(claims) else { throw .internalError("the token could not be signed") }
    return token
  }

  /// Moves the present of tokens, so that they expire.
  func advanceTokens(by seconds: Double) { authenticator.issuer.clockOffset += seconds }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
