import Clients
import Foundation
import HTTP
import Hummingbird
import Logging
import Pipeline
import Store
import Support
import Testing
import Wire

@Suite("Precedents in the database")
struct SQLitePrecedentIndexTests {
  private func withStore(_ body: (SQLiteIncidentStore, String) async throws -> Void) async throws {
    let directory = try WorkingDirectory(prefix: "memory")
    defer { directory.remove() }
    let store = try SQLiteIncidentStore(path: directory.path("incidents.db"))
    try await body(store, directory.path("incidents.db"))
    try await store.close()
  }

  @Test("They are kept as every index keeps them", arguments: PrecedentIndexCase.all)
  func conformance(_ index: PrecedentIndexCase) async throws {
    try await withStore { store, _ in try await index.run(SQLitePrecedentIndex(store)) }
  }

  @Test("They are there after a restart")
  func restart() async throws {
    try await withStore { store, path in
      try await SQLitePrecedentIndex(store).remember([Memories.incident(1, at: 0)])
      try await store.close()
      let again = try SQLiteIncidentStore(path: path)
      let found = try await SQLitePrecedentIndex(again).nearest(to: Memories.point(0), of: "shop", atLeast: 0.9, limit: 5)
      #expect(found.map(\.incident.incident) == [1])
      try await again.close()
    }
  }

  @Test("A database that is closed is said to be unavailable")
  func closed() async throws {
    try await withStore { store, _ in
      let index = SQLitePrecedentIndex(store)
      try await store.close()
      await #expect(throws: MemoryError.self) { try await index.remember([Memories.incident(1, at: 0)]) }
      await #expect(throws: MemoryError.self) {
        try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0.9, limit: 5)
      }
    }
  }
}

@Suite("Precedents in Qdrant", .enabled(if: QdrantServer.python != nil), .serialized)
struct QdrantPrecedentIndexTests {
  private func withIndex(
    _ body: @Sendable (QdrantPrecedentIndex, QdrantServer) async throws -> Void
  ) async throws {
    try await QdrantServer.run { server in
      let http = HTTPClient()
      let settings = QdrantSettings(
        url: server.url + "/", apiKey: Secret(QdrantServer.key), searchDeadline: .seconds(60), writeDeadline: .seconds(60))
      try await body(QdrantPrecedentIndex(settings: settings, client: http), server)
      await http.shutdown()
    }
  }

  @Test("They are kept as every index keeps them, by requests that Qdrant's description allows")
  func conformance() async throws {
    try await withIndex { index, _ in
      for example in PrecedentIndexCase.all {
        try await index.forgetAll()
        try await example.run(index)
      }
    }
  }

  @Test("A refused key is said, and not shown")
  func key() async throws {
    try await QdrantServer.run { server in
      let http = HTTPClient()
      let settings = QdrantSettings(url: server.url, apiKey: Secret("wrong"), writeDeadline: .seconds(60))
      let index = QdrantPrecedentIndex(settings: settings, client: http)
      await #expect(throws: MemoryError.unauthorized("status 401")) { try await index.count() }
      await http.shutdown()
    }
  }

  @Test("One that is killed or frozen is told by its deadline")
  func down() async throws {
    try await QdrantServer.run { server in
      let http = HTTPClient()
      let settings = QdrantSettings(
        url: server.url, apiKey: Secret(QdrantServer.key), searchDeadline: .milliseconds(300), writeDeadline: .seconds(60))
      let index = QdrantPrecedentIndex(settings: settings, client: http)
      try await index.remember([Memories.incident(1, at: 0)])
      server.freeze()
      await #expect(throws: MemoryError.timedOut) {
        try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0, limit: 1)
      }
      await server.kill()
      let error = await #expect(throws: MemoryError.self) {
        try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0, limit: 1)
      }
      if case .unavailable = error {} else { Issue.record("\(String(describing: error))") }
      await http.shutdown()
    }
  }
}

@Suite("A server that is no Qdrant, or a strange one")
struct StrangeQdrantTests {
  private static let good =
    #"{"id":"550e8400-e29b-41d4-a716-446655440000","score":0.9,"vector":[1"# + String(repeating: ",0", count: 47)
    + #"],"payload":{"alert_name":"A","pod":"p","namespace":"shop","action_taken":"restart_deployment","#
    + #""timestamp":"2026-11-22T10:00:00Z","model_id":"m","outcome":"fixed","team":"shop","incident":7,"embedding_version":"#
    + "\(Embedding.version)}}"

  private func found(_ status: Int, _ text: String) async throws -> [Int64] {
    try await AnsweringServer.run(status: status, text) { url in
      let http = HTTPClient()
      let index = QdrantPrecedentIndex(settings: QdrantSettings(url: url, searchDeadline: .seconds(60)), client: http)
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0.5, limit: 3)
      await http.shutdown()
      return found.map(\.incident.incident)
    }
  }

  @Test(
    "Rubbish is an error",
    arguments: [
      "", "<html>", "[]", "null", "{}", #"{"result":null}"#, #"{"result":{"points":7}}"#, #"{"result":{"points":null}}"#,
      String(repeating: "[", count: 100_000),
    ])
  func rubbish(_ text: String) async throws {
    await #expect(throws: MemoryError.invalidAnswer("it is not what Qdrant answers")) { try await found(200, text) }
  }

  @Test("A page of another server is no empty memory")
  func otherServer() async throws {
    await #expect(throws: MemoryError.invalidAnswer("it is not what Qdrant answers")) { try await found(404, "<html>Not found") }
    #expect(try await found(404, #"{"status":{"error":"Not found: Collection `incidents` doesn't exist!"},"time":0}"#) == [])
    await #expect(throws: MemoryError.unavailable("status 500: no reason given")) { try await found(500, "oops") }
  }

  @Test("An answer that does not end is cut")
  func endless() async throws {
    let text = #"{"result":{"points":["# + String(repeating: " ", count: 2_000_000) + "]}}"
    let error = await #expect(throws: MemoryError.self) { try await found(200, text) }
    if case .invalidAnswer = error {} else { Issue.record("\(String(describing: error))") }
  }

  @Test("A point is taken when it is one of ours")
  func goodPoint() async throws {
    #expect(try await found(200, #"{"result":{"points":[\#(Self.good)]}}"#) == [7])
  }

  static let strange: [(String, String)] = [
    (
      "another team's",
      #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: #""team":"shop""#, with: #""team":"bank""#))
    ),
    (
      "an action that there is not",
      #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: "restart_deployment", with: "rm -rf"))
    ),
    ("another version", #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: #"version":"#, with: #"version":9"#))),
    ("too far", #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: "0.9", with: "0.2"))),
    ("nearer than near", #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: "0.9", with: "7e30"))),
    ("without a score", #"{"result":{"points":[X]}}"#.with(good.replacingOccurrences(of: "0.9", with: #""high""#))),
    ("without payload", #"{"result":{"points":[{"id":1,"score":0.9}]}}"#),
    ("no point", #"{"result":{"points":[7,null,"x"]}}"#),
  ]

  @Test("A point that is none of ours is left out, and the others count", arguments: strange.map(\.0))
  func strangePoint(_ name: String) async throws {
    let text = try #require(Self.strange.first { $0.0 == name }).1
    #expect(try await found(200, text) == [])
    #expect(try await found(200, text.replacingOccurrences(of: #""points":["#, with: #""points":[\#(Self.good),"#)) == [7])
  }
}

extension String {
  fileprivate func with(_ point: String) -> String { replacingOccurrences(of: "[X]", with: "[\(point)]") }
}

/// Answers everything with the same.
enum AnsweringServer {
  static func run<Result: Sendable>(
    status: Int, _ text: String, _ body: @Sendable (String) async throws -> Result
  ) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let router = Router()
    router.post("**") { _, _ in
      Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: text)))
    }
    let application = Application(
      responder: router.buildResponder(), configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
      onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "answering", factory: { _ in SwiftLogNoOpLogHandler() }))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { continuation.finish() }
        try await application.run()
      }
      defer { group.cancelAll() }
      let port = await ports.first { _ in true }
      return try await body("http://127.0.0.1:\(port ?? 0)")
    }
  }
}
