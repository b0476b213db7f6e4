import HTTP
import Testing

@testable import Simulator

/// Plays the exchanges of one recording in their order and holds the answers against the recorded ones.
struct ContractPlayer {
  let server: any ContractServer
  let exchanges: [RecordedExchange]
  let states: ContractStates
  /// What stands for what: recorded uids, names, tokens and versions on the left.
  var known: [String: String] = [:]
  /// At which exchange the present state of an object was recorded.
  private var placedAt: [ContractStates.Place: Int] = [:]
  private(set) var played = 0
  /// A version that the server has forgotten, for the exchange that asks for one.
  private var lostVersion: UInt64?

  init(_ server: any ContractServer, file: String) throws {
    self.server = server
    exchanges = try Recordings.load(file)
    states = ContractStates(exchanges)
  }

  func exchange(_ name: String) throws -> RecordedExchange {
    try #require(exchanges.first { $0.name == name }, "no exchange \(name)")
  }

  /// Plays every exchange that the table does not leave out.
  mutating func playAll() async throws {
    for (index, exchange) in exchanges.enumerated() {
      let rule = ContractTable.rule(for: exchange)
      if case .leftOut = rule.comparison { continue }
      if !server.isSimulated, rule.needsSimulator || exchange.events != nil { continue }
      try await prepare(exchange, index, rule)
      if exchange.events != nil {
        try await playWatch(exchange, rule)
      } else {
        try await play(exchange, rule)
      }
      played += 1
      for type in [ResourceCatalogue.pods, ResourceCatalogue.deployments, ResourceCatalogue.replicaSets] {
        for namespace in ["shop", exchange.resource.namespace] where !namespace.isEmpty {
          try await remove(type, ObjectKey(namespace: namespace, name: Self.decoyName))
        }
      }
    }
  }

  private mutating func prepare(_ exchange: RecordedExchange, _ index: Int, _ rule: ContractRule) async throws {
    for name in rule.placing {
      try await place(try self.exchange(name).objects.map(\.object), at: index)
    }
    try await place(rule.objects, at: index)
    try await rule.before?(server)
    if rule.asksForLostVersion { try await loseVersions(exchange) }
    let target = exchange.resource
    guard let type = target.type, rule.derivesState else { return }
    if exchange.method == "GET", exchange.status == 200, target.subresource.isEmpty {
      try await prepareRead(exchange, type, index)
    } else if !target.name.isEmpty {
      try await prepareObject(
        exchange, type, ObjectKey(namespace: type.namespaced ? target.namespace : "", name: target.name), index)
    } else if exchange.method == "POST" {
      let name = exchange.requestBody.name
      let key = ObjectKey(namespace: type.namespaced ? target.namespace : "", name: name)
      if exchange.status == 201, !name.isEmpty { try await remove(type, key) }
      if exchange.status == 409 { try await prepareObject(exchange, type, key, index) }
    }
  }

  /// A read is of what it shows: these objects are put there, beside one that no selector means.
  private mutating func prepareRead(_ exchange: RecordedExchange, _ type: ResourceType, _ index: Int) async throws {
    let shown = exchange.objects
    let initial = exchange.events.map { Self.initial($0, exchange) }
    if exchange.events == nil, shown.isEmpty, exchange.body["kind"]?.string?.hasPrefix("PartialObject") == true { return }
    if exchange.body["kind"] == "Table" { return }
    let target = exchange.resource
    if target.name.isEmpty {
      var unwanted: [JSONValue] = []
      if let simulated = server as? SimulatedContractServer {
        let namespace = target.namespace.isEmpty ? nil : target.namespace
        unwanted = await simulated.cluster.core.objects(type, namespace: namespace).map { object in
          type == ResourceCatalogue.eventsV1 ? EventConversion.toEventsV1(object) : object
        }
      }
      for object in unwanted { placedAt[place(type, object)] = nil }
      _ = try await server.prepare([], removing: unwanted)
    }
    try await place(initial ?? shown.map(\.object), at: index)
    if let events = exchange.events { try await place(Self.changed(events), at: index) }
    if exchange.target.contains("elector="), server.isSimulated, type.namespaced { try await placeDecoy(type, target.namespace) }
  }

  private static let decoyName = "zz-decoy"

  private mutating func placeDecoy(_ type: ResourceType, _ namespace: String) async throws {
    guard type == ResourceCatalogue.pods || type == ResourceCatalogue.deployments || type == ResourceCatalogue.replicaSets else {
      return
    }
    let decoy: JSONValue = [
      "kind": .string(type.kind), "apiVersion": .string(type.apiVersion),
      "metadata": [
        "name": .string(Self.decoyName), "namespace": .string(namespace.isEmpty ? "shop" : namespace), "uid": "decoy",
      ],
      "spec": ["nodeName": "decoy", "containers": []], "status": ["phase": "Decoy"],
    ]
    try await place([decoy], at: 0)
  }

  private mutating func prepareObject(
    _ exchange: RecordedExchange, _ type: ResourceType, _ key: ObjectKey, _ index: Int
  ) async throws {
    let place = ContractStates.Place(storage: type.storage, key: key)
    let isMissing = exchange.status == 404 && exchange.body[path: "details", "name"]?.string == key.name
    let isCreated = exchange.status == 201 && exchange.method != "POST"
    guard !isMissing, !isCreated else { return try await remove(type, key) }
    let answered = exchange.shown.first { $0.object.name == key.name }?.object
    guard let (seen, state) = states.before(index, place) else {
      guard let answered, placedAt[place] == nil else { return }
      return try await self.place([Self.rewound(answered, by: exchange)], at: index)
    }
    if state == nil || exchange.method == "DELETE" || (seen < 0 && placedAt[place] == nil), let answered {
      return try await self.place([Self.rewound(answered, by: exchange)], at: index)
    }
    guard var object = state else { return try await remove(type, key) }
    if exchange.body["kind"] == "Scale" { return try await bringUp(type, key, object, exchange) }
    if let present = placedAt[place], present >= seen, answered == nil { return }
    if let answered, answered.uid == object.uid, exchange.method != "DELETE" {
      // Controllers went on between the two exchanges; what they wrote is in the answer.
      if answered["status"] != nil { object["status"] = answered["status"] }
      let revision = "deployment.kubernetes.io/revision"
      if let number = answered.annotations[revision] { object["metadata"]?["annotations"]?[revision] = .string(number) }
    }
    if let present = placedAt[place], present >= seen, let simulated = server as? SimulatedContractServer,
      let current = await simulated.cluster.core.object(type, key)
    {
      // Our own result of an earlier exchange stands; only the controllers' part is brought up to date.
      var updated = current
      updated["status"] = object["status"]
      let revision = "deployment.kubernetes.io/revision"
      if let number = object.annotations[revision] { updated["metadata"]?["annotations"]?[revision] = .string(number) }
      updated["metadata"]?["resourceVersion"] = .string(current.resourceVersion)
      if updated == current { return }
      let versions = try await server.prepare([updated], removing: [])
      if let version = versions["rv:\(current.resourceVersion)"] {
        for (recorded, ours) in known where recorded.hasPrefix("rv:") && ours == current.resourceVersion {
          known[recorded] = version
        }
      }
      return
    }
    try await self.place([object], at: seen)
  }

  /// An object as it was before a change whose answer it is.
  private static func rewound(_ answer: JSONValue, by exchange: RecordedExchange) -> JSONValue {
    var object = answer
    let stamp = "kubectl.kubernetes.io/restartedAt"
    if exchange.method == "DELETE" {
      object["metadata"]?["deletionTimestamp"] = nil
      object["metadata"]?["deletionGracePeriodSeconds"] = nil
      let finalizers = (object[path: "metadata", "finalizers"]?.array ?? []).filter { $0 != "foregroundDeletion" }
      object["metadata"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
      if answer.generation > 1 { object["metadata"]?["generation"] = .integer(Int64(answer.generation - 1)) }
    } else if exchange.bodyText?.contains(stamp) == true {
      object["spec"]?["template"]?["metadata"]?["annotations"]?[stamp] = nil
      if object[path: "spec", "template", "metadata", "annotations"] == [:] {
        object["spec"]?["template"]?["metadata"]?["annotations"] = nil
      }
      object["metadata"]?["generation"] = .integer(Int64(answer.generation - 1))
    }
    return object
  }

  /// A workload whose Scale is asked for: its count of pods is what the answer says.
  private mutating func bringUp(
    _ type: ResourceType, _ key: ObjectKey, _ recorded: JSONValue, _ exchange: RecordedExchange
  ) async throws {
    var object = recorded
    let place = ContractStates.Place(storage: type.storage, key: key)
    if placedAt[place] != nil, let current = await (server as? SimulatedContractServer)?.cluster.core.object(type, key) {
      object = current
    }
    object["status"]?["replicas"] = exchange.body[path: "status", "replicas"]
    if exchange.method == "GET" { object["spec"]?["replicas"] = exchange.body[path: "spec", "replicas"] ?? 0 }
    let old = object.resourceVersion
    let versions = try await server.prepare([object], removing: [])
    for (recorded, ours) in known where recorded.hasPrefix("rv:") && ours == old { known[recorded] = versions["rv:\(old)"] }
    placedAt[place] = placedAt[place] ?? 0
  }

  mutating func place(_ objects: [JSONValue], at index: Int) async throws {
    guard !objects.isEmpty else { return }
    for (recorded, actual) in try await server.prepare(objects, removing: []) { known[recorded] = actual }
    for object in objects {
      known[object.uid] = nil
      known[object.name] = nil
      guard let (type, _) = SimulatedContractServer.place(of: object) else { continue }
      placedAt[place(type, object)] = index
    }
  }

  private func place(_ type: ResourceType, _ object: JSONValue) -> ContractStates.Place {
    ContractStates.Place(
      storage: type.storage, key: ObjectKey(namespace: type.namespaced ? object.namespace : "", name: object.name))
  }

  private mutating func remove(_ type: ResourceType, _ key: ObjectKey) async throws {
    placedAt[ContractStates.Place(storage: type.storage, key: key)] = nil
    let object: JSONValue = [
      "kind": .string(type.kind), "apiVersion": .string(type.apiVersion),
      "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
    ]
    _ = try await server.prepare([], removing: [object])
  }

  /// Makes changes and forgets them.
  private mutating func loseVersions(_ exchange: RecordedExchange) async throws {
    guard let cluster = (server as? SimulatedContractServer)?.cluster else { return }
    lostVersion = await cluster.core.world.store.revision
    try await placeDecoy(ResourceCatalogue.pods, "shop")
    await cluster.core.dropHistory(of: nil)
  }

  private mutating func play(_ exchange: RecordedExchange, _ rule: ContractRule) async throws {
    let answer = try await server.send(try await request(for: exchange))
    let found = answer.json
    learn(exchange, found)
    #expect(answer.status == exchange.status, "\(exchange.identity): \(found.text.prefix(600))")
    compareHeaders(exchange, answer)
    if let check = rule.check { return try check(exchange, answer) }
    guard case .whole = rule.comparison else { return }
    compare(exchange, try Self.document(exchange), try Self.document(answer), rule)
  }

  /// The body as a document, whatever it is written in; a followed log as one text.
  private static func document(_ exchange: RecordedExchange) throws -> JSONValue {
    if let chunks = exchange.chunks { return .string(chunks.joined()) }
    guard let text = exchange.body.string else { return exchange.body }
    switch exchange.responseHeaders["Content-Type"]?.string {
    case "application/json": return try JSONValue(parsing: text)
    case "application/yaml": return try YAMLBody.value(Array(text.utf8))
    default: return exchange.body
    }
  }

  private static func document(_ answer: ContractAnswer) throws -> JSONValue {
    if answer.status == 204 { return .null }
    return answer.headers["Content-Type"] == "application/yaml" ? try YAMLBody.value(answer.body) : answer.json
  }

  mutating func request(for exchange: RecordedExchange) async throws -> ContractRequest {
    var request = ContractRequest(method: exchange.method, target: try await substituted(exchange.target))
    for (name, value) in exchange.requestHeaders where name != "Authorization" { request.headers.append((name, value)) }
    if !exchange.requestHeaders.keys.contains("User-Agent") { request.headers.append(("User-Agent", "recorder/1.0")) }
    if !exchange.requestHeaders.keys.contains("Accept") { request.headers.append(("Accept", "")) }
    request.headers.append(("Accept-Encoding", "identity"))
    if let token = exchange.token { request.headers.append(("Authorization", "Bearer \(try await actual(token: token))")) }
    if let text = exchange.bodyText {
      try await issueTokens(in: text)
      request.body = substitutedBody(text, exchange, currentVersion: try await currentVersion(exchange))
    }
    return request
  }

  private mutating func actual(token: String) async throws -> String {
    if let known = known[token] { return known }
    guard let issued = try await server.token(for: token) else { return token }
    known[token] = issued
    return issued
  }

  private mutating func substituted(_ target: String) async throws -> String {
    var result = target
    for (recorded, actual) in known where !recorded.hasPrefix("rv:") { result = result.replacing(recorded, with: actual) }
    // A version of the recording means the present one here; those of the far future stay.
    guard let simulated = server as? SimulatedContractServer else { return result }
    var revision = await simulated.cluster.core.world.store.revision
    if let lostVersion { revision = lostVersion }
    lostVersion = nil
    result = result.replacing(/continue=([A-Za-z0-9_-]+)/) { match in
      guard !known.values.contains(String(match.1)), let token = try? ContinueToken(parsing: String(match.1)), token.revision > 0
      else { return String(match.0) }
      return "continue=" + ContinueToken(parsing: token, revision: Int64(revision)).text
    }
    return result.replacing(/resourceVersion=([1-9]\d*)/) { match in
      (Int(match.1) ?? 0) > 100_000_000 ? String(match.0) : "resourceVersion=\(revision)"
    }
  }

  /// Tokens that no exchange gave out are issued now.
  private mutating func issueTokens(in text: String) async throws {
    for match in text.matches(of: /<(token|agent)-[a-z-]+>/) where known[String(match.0)] == nil {
      let placeholder = String(match.0)
      if let whole = known[placeholder.replacing("-with-broken-signature", with: "")], placeholder.contains("broken") {
        known[placeholder] = Self.broken(whole)
      } else if let token = try await server.token(for: placeholder) {
        known[placeholder] = token
      }
    }
  }

  private func currentVersion(_ exchange: RecordedExchange) async throws -> String? {
    guard let cluster = (server as? SimulatedContractServer)?.cluster, exchange.status < 300 || exchange.status == 403,
      let type = exchange.resource.type
    else { return nil }
    let target = exchange.resource
    let key = ObjectKey(namespace: type.namespaced ? target.namespace : "", name: target.name)
    return await cluster.core.object(type, key)?.resourceVersion
  }

  private static func broken(_ token: String) -> String {
    let parts = token.split(separator: ".").map(String.init)
    guard parts.count == 3, let first = parts[2].first else { return token }
    return "\(parts[0]).\(parts[1]).\(first == "A" ? "B" : "A")\(parts[2].dropFirst())"
  }

  /// A version that nobody saw stands for the present one where the request succeeded.
  private func substitutedBody(_ text: String, _ exchange: RecordedExchange, currentVersion: String?) -> String {
    var result = text
    for (recorded, actual) in known where !recorded.hasPrefix("rv:") { result = result.replacing(recorded, with: actual) }
    return result.replacing(/"resourceVersion":"(\d+)"/) { match in
      "\"resourceVersion\":\"\(currentVersion ?? known["rv:\(match.1)"] ?? String(match.1))\""
    }
  }

  /// Remembers what stands for what from now on.
  private mutating func learn(_ exchange: RecordedExchange, _ found: JSONValue) {
    func pair(_ path: (JSONValue) -> String?) {
      if let recorded = path(exchange.body), let actual = path(found), recorded != actual, !recorded.isEmpty, !actual.isEmpty {
        known[recorded] = actual
      }
    }
    pair { $0[path: "status", "token"]?.string }
    pair { $0[path: "metadata", "continue"]?.string }
    if exchange.method == "POST", exchange.status == 201, !exchange.isDryRun { pair { $0.uid } }
    if exchange.method == "POST", exchange.requestBody[path: "metadata", "generateName"] != nil { pair { $0.name } }
    let (recorded, actual) = (exchange.body.resourceVersion, found.resourceVersion)
    if !recorded.isEmpty, !actual.isEmpty { known["rv:\(recorded)"] = actual }
    for (type, object) in exchange.objects where exchange.method != "GET" {
      placedAt[place(type, object)] = exchanges.firstIndex { $0.name == exchange.name }
    }
  }

  private func compareHeaders(_ exchange: RecordedExchange, _ answer: ContractAnswer) {
    for name in ["Content-Type", "Retry-After", "Allow"] {
      guard let recorded = exchange.responseHeaders[name]?.string else {
        #expect(name != "Retry-After" || answer.headers[name] == nil, "\(exchange.identity): \(name)")
        continue
      }
      #expect(answer.headers[name] == recorded, "\(exchange.identity): \(name)")
    }
    let warnings = exchange.responseHeaders["Warning"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
    #expect(answer.headers.values(of: "Warning") == warnings, "\(exchange.identity): Warning")
  }

  func compare(_ exchange: RecordedExchange, _ recorded: JSONValue, _ found: JSONValue, _ rule: ContractRule) {
    switch rule.comparison {
    case .leftOut, .status: return
    case .whole(let ignored):
      var (expected, actual) = (Masking.masked(recorded, ignoring: ignored), Masking.masked(found, ignoring: ignored))
      if !server.isSimulated, recorded["kind"] != "Status" {
        (expected, actual) = (recorded["kind"] ?? .null, found["kind"] ?? .null)
      }
      #expect(actual == expected, "\(exchange.identity)\(ContractDifference.text(expected, actual))")
    }
  }
}

/// The places where two documents differ.
enum ContractDifference {
  static func text(_ expected: JSONValue, _ found: JSONValue, path: String = "") -> String {
    guard expected != found else { return "" }
    switch (expected, found) {
    case (.object(let left), .object(let right)):
      let keys = Set(left.keys + right.keys).sorted()
      return keys.map { text(left[$0] ?? .string("<absent>"), right[$0] ?? .string("<absent>"), path: "\(path).\($0)") }.joined()
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().map { text($1.0, $1.1, path: "\(path)[\($0)]") }.joined()
    default: return "\n    \(path): recorded \(expected.text.prefix(300)) found \(found.text.prefix(300))"
    }
  }
}
