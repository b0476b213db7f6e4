import Foundation
import HTTPTypes
import Testing

@testable import HTTP2

@Suite("Parked streams")
struct ParkingTests {
  private func client(_ server: TestServer) async throws -> RawClient {
    let client = try RawClient(port: server.port)
    try await client.open()
    return client
  }

  @Test("A parked stream is answered from another thread", arguments: ["/poll", "/park"])
  func answered(path: String) async throws {
    let lot = TestParking()
    try await TestServer.run(parking: lot) { server in
      let client = try await client(server)
      try await client.send(RawClient.headers(1, "GET", path))
      try await eventually("parked") { lot.parked.count == 1 }
      let stream = try #require(lot.parked.first)
      #expect(stream == lot.parked.first && Set([stream, stream]).count == 1)
      try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
        Thread.detachNewThread {
          lot.finishAll("news")
          done.resume()
        }
      }
      let head = try #require(await client.first { $0.stream == 1 && $0.type == RawClient.FrameType.headers })
      #expect(head.responseStatus == 200)
      let body = try #require(await client.first { $0.stream == 1 })
      #expect(String(decoding: body.payload, as: UTF8.self) == "news" && body.endsStream)
      // A second answer does nothing.
      stream.finish(.init(status: .ok))
      try await client.send(RawClient.headers(3, "GET", "/hello"))
      let next = try #require(await client.first { $0.type == RawClient.FrameType.headers })
      #expect(next.stream == 3)
      #expect(lot.closed.isEmpty)
    }
  }

  @Test("A stream may be answered while it is being parked")
  func answeredAtOnce() async throws {
    try await TestServer.run(parking: TestParking(answersAtOnce: true)) { server in
      let client = try await client(server)
      try await client.send(RawClient.headers(1, "GET", "/poll"))
      let body = try #require(await client.first { $0.stream == 1 && $0.endsStream })
      #expect(String(decoding: body.payload, as: UTF8.self) == "at once")
    }
  }

  @Test("A parked stream that the peer resets is reported once", arguments: ["/poll", "/park"])
  func reset(path: String) async throws {
    let lot = TestParking()
    try await TestServer.run(parking: lot) { server in
      let client = try await client(server)
      try await client.send(RawClient.headers(1, "GET", path))
      try await eventually("parked") { lot.parked.count == 1 }
      let stream = try #require(lot.parked.first)
      try await client.send(RawClient.reset(1))
      try await eventually("reported") { lot.closed == [stream] }
      stream.finish(.init(status: .ok))
      try await client.send(RawClient.headers(3, "GET", "/hello"))
      let next = try #require(await client.first { $0.type == RawClient.FrameType.headers })
      #expect(next.stream == 3 && lot.closed == [stream])
    }
  }

  @Test("Parked streams of a connection that breaks are reported")
  func connectionLost() async throws {
    let lot = TestParking()
    try await TestServer.run(parking: lot) { server in
      do {
        let client = try await client(server)
        try await client.send(RawClient.headers(1, "GET", "/poll") + RawClient.headers(3, "GET", "/park"))
        try await eventually("parked") { lot.parked.count == 2 }
      }
      try await eventually("reported") { lot.closed.count == 2 && lot.parked.isEmpty }
    }
  }

  @Test("A connection with a parked stream is not idle")
  func notIdle() async throws {
    let lot = TestParking()
    var limits = HTTPLimits()
    limits.idleDeadline = .milliseconds(40)
    try await TestServer.run(limits: limits, parking: lot) { server in
      let client = try RawClient(port: server.port)
      try await client.open(with: RawClient.headers(1, "GET", "/poll"))
      try await eventually("parked") { lot.parked.count == 1 }
      // Another connection, opened later, is idle and closed; by then the first would have been too.
      let other = try await self.client(server)
      _ = try await other.untilClosed()
      lot.finishAll("still here")
      let body = try await client.first { $0.type == RawClient.FrameType.data }
      #expect(body.map { String(decoding: $0.payload, as: UTF8.self) } == "still here")
    }
  }

  @Test("A handler cannot park over HTTP/1", .enabled(if: CommandLine.curl.isPresent))
  func notOverHTTP1() async throws {
    try await TestServer.run(.plainHTTP1, parking: TestParking()) { server in
      let response = try await CommandLine.response([server.url("/park")])
      #expect(response.status == 505)
    }
  }
}
