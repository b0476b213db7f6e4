import Foundation
import Testing

@testable import HTTP2

@Suite("Abuse of a connection")
struct AbuseTests {
  /// Runs `attack` on one connection while another goes on working.
  private func attack(
    limits: HTTPLimits = HTTPLimits(), _ attack: @Sendable (RawClient, TestServer) async throws -> Void
  ) async throws {
    try await TestServer.run(limits: limits) { server in
      let (attacker, neighbour) = (try RawClient(port: server.port), try RawClient(port: server.port))
      try await neighbour.open()
      try await attacker.open()
      try await attack(attacker, server)
      try await neighbour.send(RawClient.headers(1, "GET", "/hello"))
      #expect(try await neighbour.first { $0.stream == 1 && $0.endsStream } != nil)
    }
  }

  /// Sends, and waits until the server has closed the connection. Returns the error code of its last GOAWAY, if that
  /// was not lost in the closing.
  @discardableResult
  private func end(_ client: RawClient, by bytes: [UInt8]) async throws -> UInt32? {
    do {
      try await client.send(bytes)
    } catch is RawClient.Failure {
      // Closed while sending.
    }
    return try await client.untilClosed().last { $0.type == RawClient.FrameType.goAway }?.errorCode
  }

  @Test("Rapid resets end the connection that makes them, and no other")
  func rapidReset() async throws {
    try await attack { attacker, server in
      let flood = (0..<2000).flatMap { index -> [UInt8] in
        let id = UInt32(index * 2 + 1)
        return RawClient.headers(id, "GET", "/hang") + RawClient.reset(id)
      }
      try await end(attacker, by: flood)
      #expect(server.probe.count("hang began") <= 401)
    }
  }

  @Test("Resets that the peer provokes count as its own")
  func provokedResets() async throws {
    try await attack { attacker, _ in
      // A window update of nothing is a stream error, which the server has to answer with a reset.
      let flood = (0..<2000).flatMap { index -> [UInt8] in
        let id = UInt32(index * 2 + 1)
        return RawClient.headers(id, "GET", "/hang")
          + RawClient.frame(RawClient.FrameType.windowUpdate, 0, id, [0, 0, 0, 0])
      }
      try await end(attacker, by: flood)
    }
  }

  @Test("Floods of PING, SETTINGS and empty frames end the connection", arguments: ["ping", "settings", "priority", "data"])
  func floods(kind: String) async throws {
    try await attack { attacker, _ in
      if kind == "data" { try await attacker.send(RawClient.headers(1, "POST", "/slow-reader", endsStream: false)) }
      let frame =
        switch kind {
        case "ping": RawClient.frame(RawClient.FrameType.ping, 0, 0, [UInt8](repeating: 1, count: 8))
        case "settings": RawClient.frame(RawClient.FrameType.settings, 0, 0)
        case "data": RawClient.frame(RawClient.FrameType.data, 0, 1)
        default: RawClient.frame(RawClient.FrameType.priority, 0, 1, [0, 0, 0, 3, 7])
        }
      try await end(attacker, by: (0..<3000).flatMap { _ in frame })
    }
  }

  @Test("A header list far beyond the limit ends the connection, in whatever frames it comes")
  func headerBomb() async throws {
    try await attack { attacker, _ in
      let field = RawClient.block([("x-bomb", String(repeating: "b", count: 4000))])
      let start = RawClient.block([(":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/hello")])
      let block = start + (0..<4).flatMap { _ in field }
      let more = (0..<4).flatMap { _ in field }
      let bytes =
        RawClient.frame(RawClient.FrameType.headers, 1, 1, block)
        + (0..<20).flatMap { _ in RawClient.frame(RawClient.FrameType.continuation, 0, 1, more) }
      try await end(attacker, by: bytes)
    }
  }

  @Test("Endless CONTINUATION frames end the connection")
  func continuations() async throws {
    try await attack { attacker, _ in
      let start = RawClient.block([(":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/hello")])
      let bytes =
        RawClient.frame(RawClient.FrameType.headers, 1, 1, start)
        + (0..<1000).flatMap { RawClient.frame(RawClient.FrameType.continuation, 0, 1, RawClient.block([("x-\($0)", "1")])) }
      try await end(attacker, by: bytes)
    }
  }

  @Test("Headers that do not end in time end the connection")
  func slowHeaders() async throws {
    var limits = HTTPLimits()
    limits.requestDeadline = .milliseconds(60)
    try await attack(limits: limits) { attacker, _ in
      let bytes = RawClient.frame(RawClient.FrameType.headers, 1, 1, RawClient.block([(":method", "GET")]))
      let code = try await end(attacker, by: bytes)
      #expect(code == RawClient.ErrorCode.enhanceYourCalm)
    }
  }

  @Test("A body that does not end in time is answered 408")
  func slowBody() async throws {
    var limits = HTTPLimits()
    limits.requestDeadline = .milliseconds(60)
    try await attack(limits: limits) { attacker, _ in
      try await attacker.send(RawClient.headers(1, "POST", "/count", endsStream: false))
      try await attacker.send(RawClient.frame(RawClient.FrameType.data, 0, 1, [1, 2, 3]))
      let head = try #require(await attacker.first { $0.type == RawClient.FrameType.headers })
      #expect(head.responseStatus == 408)
    }
  }

  @Test("A client that goes on sending after its response is told to stop")
  func endlessBody() async throws {
    var limits = HTTPLimits()
    limits.maxBufferedBytesPerConnection = 200_000
    try await attack(limits: limits) { attacker, _ in
      try await attacker.send(RawClient.headers(1, "POST", "/absent", endsStream: false))
      _ = try #require(await attacker.first { $0.stream == 1 && $0.endsStream })
      let piece = RawClient.frame(RawClient.FrameType.data, 0, 1, [UInt8](repeating: 120, count: 16_000))
      for _ in 0..<4 { try await attacker.send(piece) }
      var (sent, isReset) = (4, false)
      while !isReset, let frame = try await attacker.next() {
        isReset = frame.type == RawClient.FrameType.reset && frame.errorCode == 0
        if frame.type == RawClient.FrameType.windowUpdate, frame.stream == 1 {
          let pieces = Int(frame.payload.reduce(0) { $0 << 8 | UInt32($1) }) / 16_000
          for _ in 0..<pieces { try await attacker.send(piece) }
          sent += pieces
        }
      }
      #expect(isReset && sent <= 20)
    }
  }

  @Test("A client that never speaks HTTP/2 is closed after the setup deadline")
  func silence() async throws {
    var limits = HTTPLimits()
    limits.setupDeadline = .milliseconds(60)
    try await TestServer.run(limits: limits) { server in
      let silent = try RawClient(port: server.port)
      _ = try await silent.untilClosed()
    }
  }

  @Test("Bytes that are not HTTP/2 close the connection")
  func notHTTP2() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try await client.send(Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8))
      _ = try await client.untilClosed()
    }
  }

  @Test("A connection without streams is closed after the idle deadline")
  func idle() async throws {
    var limits = HTTPLimits()
    limits.idleDeadline = .milliseconds(60)
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      let frames = try await client.untilClosed()
      #expect(frames.contains { $0.type == RawClient.FrameType.goAway && $0.errorCode == 0 })
    }
  }

  @Test("A window that stays shut costs the stream, not the connection")
  func stalledWindow() async throws {
    var limits = HTTPLimits()
    limits.stallDeadline = .milliseconds(60)
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open(settings: [(4, 0)])
      try await client.send(RawClient.headers(1, "GET", "/hello") + RawClient.headers(3, "GET", "/endless"))
      var reset: Set<UInt32> = []
      while reset.count < 2, let frame = try await client.next() {
        if frame.type == RawClient.FrameType.reset { reset.insert(frame.stream) }
      }
      #expect(reset == [1, 3])
      try await server.probe.wait(for: "endless ended")
    }
  }

  @Test("A peer that stops reading the connection is closed")
  func stalledConnection() async throws {
    var limits = HTTPLimits()
    limits.stallDeadline = .milliseconds(100)
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open(settings: [(4, 0x7FFF_FFFF)])
      try await client.send(RawClient.frame(RawClient.FrameType.windowUpdate, 0, 0, [0x7F, 0x00, 0, 0]))
      try await client.send(RawClient.headers(1, "GET", "/endless"))
      try await server.probe.wait(for: "endless ended")
    }
  }

  @Test("Handlers that outlive their streams cannot pile up")
  func piledUpHandlers() async throws {
    var limits = HTTPLimits()
    limits.maxConcurrentStreams = 5
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      for index in 0..<30 {
        let id = UInt32(index * 2 + 1)
        try await client.send(RawClient.headers(id, "GET", "/stubborn") + RawClient.reset(id))
      }
      try await client.send(RawClient.headers(101, "GET", "/stubborn"))
      let refused = try await client.first { $0.type == RawClient.FrameType.reset && $0.stream == 101 }
      #expect(refused?.errorCode == RawClient.ErrorCode.refusedStream)
      try await server.probe.wait(for: "stubborn began", count: 10)
      #expect(server.probe.count("stubborn began") == 10)
      server.probe.note("gate opened")
    }
  }

  @Test("One connection more than allowed is closed, and room comes back")
  func connectionLimit() async throws {
    var limits = HTTPLimits()
    limits.maxConnections = 1
    try await TestServer.run(limits: limits) { server in
      do {
        let first = try RawClient(port: server.port)
        try await first.open()
        _ = try await first.first { $0.type == RawClient.FrameType.settings }
        let second = try RawClient(port: server.port)
        #expect(try await second.untilClosed().isEmpty)
      }
      var isServed = false
      while !isServed {
        let again = try RawClient(port: server.port)
        try? await again.open()
        isServed = (try? await again.first { $0.type == RawClient.FrameType.settings }) != nil
      }
    }
  }
}
