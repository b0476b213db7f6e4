import Foundation
import Testing

@testable import HTTP2

@Suite("Cancellation and shutdown")
struct EndingTests {
  @Test("A handler's task is cancelled when the client resets the stream, or goes")
  func cancellation() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      try await client.send(RawClient.headers(1, "GET", "/hang"))
      try await server.probe.wait(for: "hang began")
      try await client.send(RawClient.reset(1))
      try await server.probe.wait(for: "hang cancelled")
      do {
        let other = try RawClient(port: server.port)
        try await other.open()
        try await other.send(RawClient.headers(1, "GET", "/hang") + RawClient.headers(3, "GET", "/events"))
        try await server.probe.wait(for: "hang began", count: 2)
        try await server.probe.wait(for: "events began")
      }
      try await server.probe.wait(for: "hang cancelled", count: 2)
      try await server.probe.wait(for: "events ended")
    }
  }

  @Test("A streaming handler of HTTP/1 is cancelled when its client goes", .enabled(if: CommandLine.curl.isPresent))
  func cancellationHTTP1() async throws {
    try await TestServer.run(.plainHTTP1) { server in
      _ = try await CommandLine.curl.run(["-sS", "--max-time", "0.3", server.url("/events")])
      try await server.probe.wait(for: "events ended")
    }
  }

  @Test("A shutdown answers parked streams, lets live requests finish, then closes")
  func shutdown() async throws {
    let lot = TestParking()
    try await TestServer.run(parking: lot) { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      try await client.send(RawClient.headers(1, "GET", "/poll") + RawClient.headers(3, "GET", "/gate"))
      try await server.probe.wait(for: "gate reached")
      async let stopped: Void = server.shutDown()
      let notice = try #require(await client.first { $0.type == RawClient.FrameType.goAway })
      #expect(notice.payload.prefix(4) == [0x7F, 0xFF, 0xFF, 0xFF] && notice.errorCode == 0)
      let answer = try #require(await client.first { $0.stream == 1 })
      #expect(answer.responseStatus == 503 && answer.endsStream && lot.parked.isEmpty && lot.closed.isEmpty)
      // Until the client has seen the notice its requests are served, and a poll is answered at once.
      try await client.send(RawClient.headers(5, "GET", "/poll"))
      #expect(try await client.first { $0.stream == 5 && $0.endsStream } != nil)
      server.probe.note("gate opened")
      let frames = try await client.untilClosed()
      #expect(frames.contains { $0.stream == 3 && $0.endsStream })
      #expect(frames.contains { $0.type == RawClient.FrameType.goAway })
      try await stopped
    }
  }

  @Test("A shutdown does not wait longer for live requests than the drain deadline")
  func drainDeadline() async throws {
    var limits = HTTPLimits()
    limits.drainDeadline = .milliseconds(100)
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      try await client.send(RawClient.headers(1, "GET", "/hang"))
      try await server.probe.wait(for: "hang began")
      let began = ContinuousClock.now
      try await server.shutDown()
      #expect(ContinuousClock.now - began < .seconds(3))
      try await server.probe.wait(for: "hang cancelled")
    }
  }

  @Test("Nor does it over HTTP/1", .enabled(if: CommandLine.curl.isPresent))
  func drainDeadlineHTTP1() async throws {
    var limits = HTTPLimits()
    limits.drainDeadline = .milliseconds(100)
    try await TestServer.run(.plainHTTP1, limits: limits) { server in
      async let stream = CommandLine.curl.run(["-sS", server.url("/events")])
      try await server.probe.wait(for: "events began")
      let began = ContinuousClock.now
      try await server.shutDown()
      #expect(ContinuousClock.now - began < .seconds(3))
      try await server.probe.wait(for: "events ended")
      #expect(try await stream.text.hasPrefix("data: one"))
    }
  }

  @Test("Idle connections end at shutdown although their clients say nothing")
  func idleAtShutdown() async throws {
    try await TestServer.run { server in
      let silent = try RawClient(port: server.port)
      let idle = try RawClient(port: server.port)
      try await idle.open()
      _ = try await idle.first { $0.type == RawClient.FrameType.settings && $0.flags == 1 }
      let began = ContinuousClock.now
      try await server.shutDown()
      #expect(ContinuousClock.now - began < .seconds(4))
      _ = silent
    }
  }
}
