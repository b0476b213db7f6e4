import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("Cancellation and the end of interest")
  struct Cancellation {
    /// Reads a request, sends `answer`, and notes whether the client then closes.
    private func withWatchingServer(
      _ answer: String, _ body: (RawServer, _ arrived: () -> Bool, _ clientClosed: () -> Bool) async throws -> Void
    ) async throws {
      let arrived = Mutex(false)
      let closed = Mutex(false)
      try await withServer({ connection in
        guard connection.readRequest() != nil else { return }
        connection.write(answer)
        arrived.withLock { $0 = true }
        let isClosed = connection.clientCloses()
        closed.withLock { $0 = isClosed }
      }) { server in
        try await body(server, { arrived.withLock { $0 } }, { closed.withLock { $0 } })
      }
    }

    private let unfinished = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"

    @Test("Cancelled while it waits for the head: the task gets .cancelled, the server sees the end")
    func beforeHead() async throws {
      try await withWatchingServer("") { server, arrived, clientClosed in
        try await withClient { client in
          let task = Task { try await client.send(ClientRequest(server.url)) }
          #expect(await eventually(arrived))
          task.cancel()
          let error = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(error == .cancelled)
          #expect(await eventually(clientClosed))
        }
      }
    }

    @Test("Cancelled in the middle of the body: the task gets .cancelled, the server sees the end")
    func midBody() async throws {
      try await withWatchingServer(unfinished) { server, _, clientClosed in
        try await withClient { client in
          let started = Mutex(false)
          let task = Task {
            for try await _ in try await client.send(ClientRequest(server.url)).body { started.withLock { $0 = true } }
          }
          #expect(await eventually { started.withLock { $0 } })
          #expect(!clientClosed())
          task.cancel()
          let error = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(error == .cancelled)
          #expect(await eventually(clientClosed))
        }
      }
    }

    @Test("A task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
      try await withWatchingServer("") { server, _, _ in
        try await withClient { client in
          let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(ClientRequest(server.url))
          }
          let error = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(error == .cancelled)
        }
        #expect(server.accepted == 0)
      }
    }

    @Test("Letting go of a response ends the exchange")
    func dropped() async throws {
      try await withWatchingServer(unfinished) { server, _, clientClosed in
        try await withClient { client in
          let status = try await client.send(ClientRequest(server.url)).status
          #expect(status == 200)
          #expect(await eventually(clientClosed))
        }
      }
    }

    @Test("A body outlives its client's last other reference")
    func bodyKeepsClient() async throws {
      let goOn = Mutex(false)
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
        while !goOn.withLock({ $0 }) { usleep(1000) }
        connection.write("def")
        _ = connection.clientCloses()
      }) { server in
        let response = try await HTTPClient().send(ClientRequest(server.url))
        goOn.withLock { $0 = true }
        let content = try await text(response.collect(upTo: 6))
        #expect(content == "abcdef")
      }
    }

    @Test("A second reader of one body is refused, the first goes on")
    func secondReader() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
        _ = connection.clientCloses()
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(server.url))
          try await withThrowingTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<2 {
              group.addTask {
                var body = response.body.makeAsyncIterator()
                do throws(HTTPError) { _ = try await body.next() } catch { return error }
                return nil
              }
            }
            let first = try await group.next()
            #expect(first == .invalidRequest("the body is being read by another task; it has a single consumer"))
            group.cancelAll()
          }
        }
      }
    }
  }
}
