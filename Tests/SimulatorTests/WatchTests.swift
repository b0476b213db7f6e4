import Testing

@testable import Simulator

@Suite("Watches")
struct WatchTests {
  /// Opens a watch past the network.
  private func open(_ cluster: SimulatedCluster, _ plural: String, _ query: String) async throws -> WatchSession {
    var request = APIRequest(method: "GET", path: "/api/v1/namespaces/shop/\(plural)", queryText: "watch=1&" + query)
    request.accept = "application/json"
    let response = await cluster.core.respond(to: request, query: query, token: cluster.adminToken)
    guard case .watch(let session) = response.body else { throw SeedError(description: "\(response.status) \(response.body)") }
    return session
  }

  /// The next events of a watch.
  private func next(_ count: Int, of session: WatchSession) async throws -> [JSONValue] {
    var events: [JSONValue] = []
    for await signal in session.signals {
      guard let line = session.line(for: signal, isFirst: false) else { continue }
      events.append(try JSONValue(parsing: line.dropLast()))
      if events.count == count { break }
    }
    return events
  }

  private static func pod(_ name: String, _ labels: JSONValue) -> JSONValue {
    [
      "kind": "Pod", "apiVersion": "v1", "metadata": ["name": .string(name), "namespace": "shop", "labels": labels],
      "spec": ["containers": [["name": "c", "image": "x:1"]]],
    ]
  }

  @Test("A watch resumes after any version that is still known")
  func resume() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([])) { cluster in
      let list = await cluster.send("GET", "/api/v1/namespaces/shop/pods").body
      let version = try #require(list[path: "metadata", "resourceVersion"]?.string)
      try await cluster.apply([Self.pod("w", ["app": "w"])])
      await cluster.advance(by: 10)
      let session = try await open(cluster, "pods", "resourceVersion=\(version)")
      #expect(session.initial.isEmpty)
      let events = try await next(4, of: session)
      #expect(events.compactMap { $0["type"]?.string } == ["ADDED", "MODIFIED", "MODIFIED", "MODIFIED"])
      let versions = events.compactMap { $0["object"]?.resourceVersion }.compactMap(UInt64.init)
      #expect(versions == versions.sorted())
      #expect(events.last?["object"]?[path: "status", "phase"] == "Running" || events.count == 4)
    }
  }

  @Test("When the history is gone a watch is one line of ERROR with 410 Expired, and lists of the past are 410")
  func expired() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let version = try #require(
        await cluster.send("GET", "/api/v1/namespaces/shop/pods").body[path: "metadata", "resourceVersion"]?.string)
      try await cluster.apply([Self.pod("w", [:])])
      await cluster.dropWatchHistory()
      let session = try await open(cluster, "pods", "resourceVersion=\(version)")
      let events = try await next(2, of: session)
      #expect(events.count == 1)
      #expect(events[0]["type"] == "ERROR")
      #expect(events[0][path: "object", "code"] == 410)
      #expect(events[0][path: "object", "reason"] == "Expired")
      let exact = await cluster.send(
        "GET", "/api/v1/namespaces/shop/pods", query: "resourceVersion=\(version)&resourceVersionMatch=Exact")
      #expect(exact.status == 410)
      #expect(exact.body["message"] == "The resourceVersion for the provided list is too old.")
    }
  }

  @Test("A list at an exact older version shows the objects of then")
  func past() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([])) { cluster in
      try await cluster.apply([Self.pod("a", [:])])
      let version = try #require(
        await cluster.send("GET", "/api/v1/namespaces/shop/pods").body[path: "metadata", "resourceVersion"]?.string)
      await cluster.advance(by: 5)
      try await cluster.apply([Self.pod("b", [:])])
      let past = await cluster.send(
        "GET", "/api/v1/namespaces/shop/pods", query: "resourceVersion=\(version)&resourceVersionMatch=Exact")
      #expect(past.body["items"]?.array?.map(\.name) == ["a"])
      #expect(past.body["items"]?[0]?[path: "status", "phase"] == "Pending")
    }
  }

  @Test("An object that leaves the selector is DELETED as it was before, under the new version, and ADDED on its return")
  func selector() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([])) { cluster in
      try await cluster.apply([Self.pod("w", ["app": "sel"])])
      await cluster.advance(by: 10)
      let session = try await open(cluster, "pods", "labelSelector=app%3Dsel&resourceVersion=0")
      #expect(session.initial.map(\.name) == ["w"])
      try await cluster.apply([Self.pod("w", ["app": "other"])])
      try await cluster.apply([Self.pod("w", ["app": "sel"])])
      let events = try await next(2, of: session)
      #expect(events[0]["type"] == "DELETED")
      #expect(events[0][path: "object", "metadata", "labels", "app"] == "sel")
      #expect(events[1]["type"] == "ADDED")
    }
  }

  @Test("A streaming list ends with a bookmark that says so, if bookmarks are allowed")
  func streamingList() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
      let session = try await open(cluster, "pods", query + "&allowWatchBookmarks=true")
      #expect(session.initial.count == 2)
      let mark = try #require(try await next(1, of: session).first)
      #expect(mark["type"] == "BOOKMARK")
      #expect(mark[path: "object", "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
      #expect(try await open(cluster, "pods", query).initial.count == 2)
      await #expect(throws: SeedError.self) { try await open(cluster, "pods", "sendInitialEvents=true") }
    }
  }

  @Test("A bookmark comes after everything before it; events have none")
  func bookmarks() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([])) { cluster in
      let session = try await open(cluster, "pods", "allowWatchBookmarks=true&resourceVersion=0")
      #expect(session.sendsBookmarks)
      try await cluster.apply([Self.pod("w", [:])])
      await cluster.core.sendBookmark(session.id)
      let events = try await next(2, of: session)
      #expect(events.compactMap { $0["type"]?.string } == ["ADDED", "BOOKMARK"])
      let bookmark = try #require(UInt64(events[1]["object"]?.resourceVersion ?? ""))
      #expect(bookmark >= (try #require(UInt64(events[0]["object"]?.resourceVersion ?? ""))))
      #expect(try await open(cluster, "events", "allowWatchBookmarks=true&resourceVersion=0").sendsBookmarks == false)
    }
  }

  @Test("A watch from the future is silent; one from nonsense is refused")
  func oddVersions() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([])) { cluster in
      let session = try await open(cluster, "pods", "resourceVersion=999999999")
      try await cluster.apply([Self.pod("w", [:])])
      await cluster.core.sendBookmark(session.id)
      #expect(try await next(1, of: session).first?["type"] == "BOOKMARK")
      let refused = await cluster.send("GET", "/api/v1/namespaces/shop/pods", query: "watch=1&resourceVersion=abc")
      #expect(refused.status == 500)
    }
  }
}
