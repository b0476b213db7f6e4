import Foundation
import Support
import Testing

@testable import HTTP2

@Suite("Bodies over HTTP/2", .enabled(if: CommandLine.curl.isPresent))
struct StreamingTests {
  @Test("A mebibyte goes up and down", arguments: [true, false])
  func largeBodies(onEventLoop: Bool) async throws {
    try await TestServer.run(handlersOnEventLoop: onEventLoop) { server in
      let data = Data(repeating: 120, count: 1 << 20)
      let up = try await CommandLine.curl.run(
        ["-sS", "--http2-prior-knowledge", "--data-binary", "@-", server.url("/count")], input: data)
      #expect(up.status == 0 && up.text == "\(1 << 20)", "\(up.errors)")
      for path in ["/stream/1048576", "/known/1048576"] {
        let down = try await CommandLine.curl.run(["-sS", "--http2-prior-knowledge", server.url(path)])
        #expect(down.status == 0 && down.output == data, "\(path) \(down.errors)")
      }
    }
  }

  @Test("A handler that does not read stops the upload at the window, and loses nothing")
  func uploadBackPressure() async throws {
    var limits = HTTPLimits()
    limits.maxBufferedBytesPerStream = 64 * 1024
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      try await client.send(RawClient.headers(1, "POST", "/slow-reader", endsStream: false))
      let piece = [UInt8](repeating: 120, count: 16_384)
      for _ in 0..<3 { try await client.send(RawClient.frame(RawClient.FrameType.data, 0, 1, piece)) }
      try await server.probe.wait(for: "slow reader began")
      // The window is all but used up, and no update has come, but for that of the connection at its start.
      try await client.send(RawClient.frame(RawClient.FrameType.ping, 0, 0, [UInt8](repeating: 7, count: 8)))
      var updates = 0
      while let frame = try await client.next(), frame.type != RawClient.FrameType.ping {
        if frame.type == RawClient.FrameType.windowUpdate, frame.stream == 1 { updates += 1 }
      }
      #expect(updates == 0)
      server.probe.note("read on")
      let update = try await client.first { $0.type == RawClient.FrameType.windowUpdate && $0.stream == 1 }
      #expect(update != nil)
      try await client.send(RawClient.frame(RawClient.FrameType.data, 1, 1, piece))
      let answer = try await client.first { $0.type == RawClient.FrameType.data && $0.stream == 1 }
      #expect(answer.map { String(decoding: $0.payload, as: UTF8.self) } == "65536")
    }
  }

  @Test("A peer that does not read stops the handler at the queue's limit")
  func downloadBackPressure() async throws {
    var limits = HTTPLimits()
    limits.maxQueuedResponseBytes = 50_000
    try await TestServer.run(limits: limits) { server in
      let client = try RawClient(port: server.port)
      try await client.open(settings: [(4, 10_000)])
      try await client.send(RawClient.headers(1, "GET", "/endless"))
      var received = 0
      while received < 10_000, let frame = try await client.next() {
        if frame.type == RawClient.FrameType.data { received += frame.payload.count }
      }
      try await server.probe.wait(for: "endless wrote", count: 49)
      // A round trip later the handler has not gone further than 10,000 bytes sent and 50,000 queued.
      try await client.send(RawClient.frame(RawClient.FrameType.ping, 0, 0, [UInt8](repeating: 7, count: 8)))
      _ = try await client.first { $0.type == RawClient.FrameType.ping }
      #expect(server.probe.count("endless wrote") <= 60)
      try await client.send(RawClient.reset(1))
      try await server.probe.wait(for: "endless ended")
    }
  }

  @Test("A hundred requests at once on one connection")
  func concurrent() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      try await client.send((0..<100).flatMap { RawClient.headers(UInt32($0 * 2 + 1), "GET", "/gate") })
      try await server.probe.wait(for: "gate reached", count: 100)
      server.probe.note("gate opened")
      var ended: Set<UInt32> = []
      while ended.count < 100, let frame = try await client.next() {
        if frame.endsStream { ended.insert(frame.stream) }
      }
      #expect(ended.count == 100)
    }
  }

  @Test(
    "More than two hundred streaming responses on one curl connection",
    arguments: ["stream/30", "late-end", "known/40000", "known-late-end"])
  func manyStreamingResponses(path: String) async throws {
    // Over TLS: curl 7.88 cannot use a second time what it opened with prior knowledge.
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    try await TestServer.run(.tls(try TLSCredentials(certificates.serverConfiguration()))) { server in
      let outcome = try await CommandLine.curl.run(
        ["-sS", "--cacert", certificates.authorityPath, "--fail", "-w", "%{http_code} %{http_version} %{num_connects}\n"]
          + ["-o", "/dev/null", server.url("/\(path)?[1-260]", scheme: "https")])
      let lines = outcome.text.split(separator: "\n")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(lines.count { $0 == "200 2 0" } == 259 && lines.first == "200 2 1")
    }
  }

  @Test("The end of a stream whose length is known is on its last data frame")
  func endOnLastFrame() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try await client.open(settings: [(4, 1 << 20)])
      try await client.send(RawClient.frame(RawClient.FrameType.windowUpdate, 0, 0, [0, 0x10, 0, 0]))
      let paths = ["/hello", "/stream/30", "/known/40000", "/known-late-end", "/stream/0", "/absent", "/known/0"]
      for (index, path) in paths.enumerated() {
        let id = UInt32(index * 2 + 1)
        try await client.send(RawClient.headers(id, "GET", path))
        let last = try await client.first { $0.stream == id && $0.endsStream }
        #expect(last?.type == RawClient.FrameType.headers || last?.payload.isEmpty == false, "\(path)")
      }
    }
  }

  @Test("A response that breaks off, or is shorter than announced, resets its stream", arguments: ["broken", "too-short"])
  func brokenResponses(path: String) async throws {
    try await TestServer.run { server in
      let outcome = try await CommandLine.curl.run(["-sS", "--http2-prior-knowledge", server.url("/\(path)")])
      #expect(outcome.status == 92 || outcome.status == 18, "\(outcome.errors)")
      #expect(try await CommandLine.response(["--http2-prior-knowledge", server.url("/hello")]).status == 200)
    }
  }

  @Test("A load of short requests passes whole", .enabled(if: CommandLine.h2load.isPresent))
  func load() async throws {
    try await TestServer.run { server in
      let outcome = try await CommandLine.h2load.run(["-n", "4000", "-c", "8", "-m", "50", server.url("/hello")])
      #expect(outcome.text.contains("4000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(outcome.text)")
    }
  }
}
