import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("Response bodies")
  struct Bodies {
    @Test("A body above the limit is refused, announced or not, and the exchange ends", arguments: [true, false])
    func bodyLimit(isAnnounced: Bool) async throws {
      let closed = Mutex(false)
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\n")
        connection.write(isAnnounced ? "Content-Length: 101\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n65\r\n")
        connection.write(String(repeating: ".", count: isAnnounced ? 50 : 101))
        let isClosed = connection.clientCloses()
        closed.withLock { $0 = isClosed }
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(server.url))
          let error = await #expect(throws: HTTPError.self) { try await response.collect(upTo: 100) }
          #expect(error == .bodyTooLarge(limit: 100))
          #expect(await eventually { closed.withLock { $0 } })
        }
      }
    }

    @Test("A body of exactly the limit is taken")
    func exactLimit() async throws {
      try await withServer(answering: { _, connection in connection.respond("12345") }) { server in
        try await withClient { client in
          let answer = try await fetch(ClientRequest(server.url), with: client, upTo: 5)
          #expect(answer == "12345")
        }
      }
    }

    @Test("Lines come out as they went in, however they are cut into parts, with and without a last line feed")
    func lines() async throws {
      try await withServer(answering: { _, connection in
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for part in ["on", "e\n\ntw", "o\r\nthree\nfo", "ur"] {
          connection.write("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
          usleep(1000)
        }
        connection.write("0\r\n\r\n")
      }) { server in
        try await withClient { client in
          var lines: [String] = []
          for try await line in try await client.send(ClientRequest(server.url)).body.lines(limit: 100) {
            lines.append(text(line))
          }
          #expect(lines == ["one", "", "two\r", "three", "four"])
        }
      }
    }

    @Test("A line above the limit is refused after the lines before it, and the exchange ends")
    func lineLimit() async throws {
      let closed = Mutex(false)
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort\n\(String(repeating: "x", count: 11))")
        let isClosed = connection.clientCloses()
        closed.withLock { $0 = isClosed }
      }) { server in
        try await withClient { client in
          var lines = try await client.send(ClientRequest(server.url)).body.lines(limit: 10).makeAsyncIterator()
          let first = try await lines.next()
          #expect(first == Array("short".utf8))
          let error = await #expect(throws: HTTPError.self) { try await lines.next() }
          #expect(error == .lineTooLong(limit: 10))
          #expect(await eventually { closed.withLock { $0 } })
        }
      }
    }

    @Test("A reader that stands still holds the server back, and gets everything once it reads")
    func backPressure() async throws {
      let total = 64 * 1024 * 1024
      let part = [UInt8](repeating: 7, count: 64 * 1024)
      let sent = Mutex(0)
      try await withServer({ connection in
        connection.limitSendBuffer(to: 64 * 1024)
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
        while sent.withLock({ $0 }) < total, connection.write(part) { sent.withLock { $0 += part.count } }
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(server.url))
          // Standing still: nothing more is sent for a while.
          var before = -1
          while before != sent.withLock({ $0 }) {
            before = sent.withLock { $0 }
            try await Task.sleep(for: .milliseconds(100))
          }
          #expect(before < 16 * 1024 * 1024)
          var received = 0
          for try await piece in response.body {
            #expect(piece.count <= 256 * 1024 + 16 * 1024)
            received += piece.count
          }
          #expect(received == total)
        }
      }
    }
  }
}
