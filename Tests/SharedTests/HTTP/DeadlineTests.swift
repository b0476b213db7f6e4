import Glibc
import HTTP
import Testing

extension HTTPTests {
  @Suite("Deadlines")
  struct Deadlines {
    @Test("A server that never answers ends with the deadline of the whole exchange")
    func silence() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        _ = connection.clientCloses()
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.deadline = .milliseconds(100)
          let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
          #expect(error == .timedOut(.exchange))
        }
      }
    }

    @Test("A drip that is slower than the idle deadline ends with it, after the bytes that did arrive")
    func slowDrip() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n.")
        _ = connection.clientCloses()
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.deadline = nil
          request.idleDeadline = .milliseconds(150)
          let start = ContinuousClock.now
          var body = try await client.send(request).body.makeAsyncIterator()
          let first = try await body.next()
          #expect(first == Array(".".utf8))
          let error = await #expect(throws: HTTPError.self) { try await body.next() }
          #expect(error == .timedOut(.idle))
          #expect(ContinuousClock.now - start >= .milliseconds(150))
          #expect(ContinuousClock.now - start < .seconds(5))
        }
      }
    }

    @Test("A drip that is faster than the idle deadline outlives it, and ends with the deadline of the whole")
    func steadyDrip() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while connection.write(".") { usleep(20_000) }
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.deadline = .milliseconds(700)
          request.idleDeadline = .milliseconds(300)
          let start = ContinuousClock.now
          let response = try await client.send(request)
          let error = await #expect(throws: HTTPError.self) { try await response.collect(upTo: 1_000_000) }
          #expect(error == .timedOut(.exchange))
          #expect(ContinuousClock.now - start >= .milliseconds(700))
        }
      }
    }

    @Test("A watch without a whole deadline lives as long as it hears something")
    func watch() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<10 {
          usleep(50_000)
          connection.write("2\r\n.\n\r\n")
        }
        connection.write("0\r\n\r\n")
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.deadline = nil
          request.idleDeadline = .milliseconds(400)
          request.protocolVersion = .http1
          var lines = 0
          for try await line in try await client.send(request).body.lines(limit: 10) {
            #expect(line == Array(".".utf8))
            lines += 1
          }
          #expect(lines == 10)
        }
      }
    }

    @Test("Time in which a slow reader holds the server back does not count as idle")
    func slowReader() async throws {
      let size = 4_000_000
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
        connection.write([UInt8](repeating: 1, count: size))
      }) { server in
        try await withClient(.init(bodyBufferLimit: 1024)) { client in
          var request = ClientRequest(server.url)
          request.idleDeadline = .milliseconds(200)
          let response = try await client.send(request)
          try await Task.sleep(for: .milliseconds(500))  // the slow reader itself
          let content = try await response.collect(upTo: size)
          #expect(content.count == size)
        }
      }
    }

    @Test("The handshake counts for the connect deadline")
    func connect() async throws {
      // Accepts, and leaves the TLS handshake unanswered.
      try await withServer({ connection in _ = connection.clientCloses() }) { server in
        try await withClient { client in
          var request = ClientRequest("https://127.0.0.1:\(server.port)/")
          request.connectDeadline = .milliseconds(100)
          let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
          #expect(error == .timedOut(.connect))
        }
      }
    }

    @Test("An exchange that waits for a connection to get free ends with its deadline, and says so")
    func queue() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        _ = connection.clientCloses()
      }) { server in
        try await withClient(.init(maxConnectionsPerHost: 1)) { client in
          let first = Task { try await client.send(ClientRequest(server.url)) }
          #expect(await eventually { server.accepted == 1 })
          var request = ClientRequest(server.url)
          request.deadline = .milliseconds(100)
          let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
          #expect(error == .timedOut(.queue))
          first.cancel()
          _ = await first.result
          #expect(server.accepted == 1)
        }
      }
    }
  }
}
