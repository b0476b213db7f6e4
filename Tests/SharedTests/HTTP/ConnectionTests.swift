import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("Connections and concurrency")
  struct Connections {
    @Test("Requests one after the other share a connection", arguments: [ClientRequest.ProtocolVersion.automatic, .http1])
    func reuse(version: ClientRequest.ProtocolVersion) async throws {
      try await withServer(answering: { _, connection in connection.respond("\(connection.number)") }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.protocolVersion = version
          for _ in 0..<20 {
            let answer = try await fetch(request, with: client)
            #expect(answer == "1")
          }
        }
        #expect(server.accepted == 1)
      }
    }

    @Test("200 requests at once are all answered, over no more connections than allowed")
    func many() async throws {
      try await withServer(answering: { request, connection in connection.respond(request.path) }) { server in
        try await withClient { client in
          try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
              group.addTask {
                let response = try await client.send(ClientRequest("\(server.url)/\(number)"))
                return try await text(response.collect(upTo: 10)) == "/\(number)"
              }
            }
            for try await isRight in group { #expect(isRight) }
          }
        }
        #expect(server.accepted <= 4)
      }
    }

    @Test("Watches have connections of their own and take none from other requests")
    func ownConnections() async throws {
      try await withServer(answering: { request, connection in
        if request.path == "/watch" {
          connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        } else {
          connection.respond("ok")
        }
      }) { server in
        try await withClient(.init(maxConnectionsPerHost: 1)) { client in
          var watch = ClientRequest("\(server.url)/watch")
          watch.protocolVersion = .http1
          watch.deadline = nil
          var watches: [ClientResponse] = []
          for _ in 0..<10 { watches.append(try await client.send(watch)) }
          for _ in 0..<10 {
            let answer = try await fetch(ClientRequest(server.url), with: client)
            #expect(answer == "ok")
          }
          #expect(server.accepted == 11)
          watches.removeAll()
        }
      }
    }

    @Test("A host that does not answer does not hold up another")
    func independentHosts() async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        _ = connection.clientCloses()
      }) { silent in
        try await withServer(answering: { _, connection in connection.respond("ok") }) { server in
          try await withClient(.init(maxConnectionsPerHost: 2)) { client in
            let stuck = (0..<20).map { _ in Task { try await client.send(ClientRequest(silent.url)) } }
            #expect(await eventually { silent.accepted == 2 })
            try await withThrowingTaskGroup(of: Void.self) { group in
              for _ in 0..<20 {
                group.addTask { _ = try await client.send(ClientRequest(server.url)).collect(upTo: 10) }
              }
              try await group.waitForAll()
            }
            #expect(silent.accepted == 2)
            for task in stuck { task.cancel() }
            for task in stuck { _ = await task.result }
          }
        }
      }
    }

    @Test("Above the limit of concurrent requests a further one is refused, and taken when one has ended")
    func overload() async throws {
      try await withServer(answering: { request, connection in
        if request.path != "/stuck" { connection.respond("ok") }
      }) { server in
        try await withClient(.init(maxConcurrentRequests: 3)) { client in
          let stuck = (0..<3).map { _ in Task { try await client.send(ClientRequest("\(server.url)/stuck")) } }
          #expect(await eventually { server.accepted == 3 })
          let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(server.url)) }
          #expect(error == .overloaded(limit: 3))
          stuck[0].cancel()
          let end = ContinuousClock.now + .seconds(5)
          var answer: ClientResponse?
          while answer == nil, ContinuousClock.now < end { answer = try? await client.send(ClientRequest(server.url)) }
          #expect(answer?.status == 200)
          for task in stuck { task.cancel() }
          for task in stuck { _ = await task.result }
        }
      }
    }

    @Test("Several clients work side by side and end on their own")
    func severalClients() async throws {
      try await withServer(answering: { _, connection in connection.respond("ok") }) { server in
        let clients = (0..<8).map { _ in HTTPClient() }
        for client in clients { _ = try await client.send(ClientRequest(server.url)).collect(upTo: 10) }
        await clients[0].shutdown()
        for client in clients.dropFirst() {
          let status = try await client.send(ClientRequest(server.url)).status
          #expect(status == 200)
        }
        for client in clients { await client.shutdown() }
        #expect(server.accepted == 8)
      }
    }

    @Test("Starting, cancelling, dropping and reading at once neither hangs nor crashes")
    func churn() async throws {
      try await withServer(answering: { request, connection in
        switch request.path {
        case "/slow": usleep(5_000)
        case "/half":
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
          return
        default: break
        }
        connection.respond("ok")
      }) { server in
        try await withClient(.init(maxConnectionsPerHost: 8)) { client in
          await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
              group.addTask {
                let path = ["", "/slow", "/half"][number % 3]
                var request = ClientRequest("\(server.url)\(path)")
                request.deadline = .milliseconds(number % 5 == 0 ? 3 : 5_000)
                let task = Task { [request] in try await client.send(request).collect(upTo: number % 7) }
                if number % 2 == 0 || number % 3 == 2 {
                  usleep(UInt32(number % 10) * 100)
                  task.cancel()
                }
                _ = await task.result
              }
            }
          }
          let answer = try await fetch(ClientRequest(server.url), with: client)
          #expect(answer == "ok")
        }
      }
    }
  }

  @Suite("Shutdown")
  struct Shutdown {
    @Test("Ends exchanges in flight with .closed, whether they wait for a head, a body or a connection")
    func inFlight() async throws {
      try await withServer(answering: { request, connection in
        if request.path == "/half" { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") }
      }) { server in
        let client = HTTPClient(configuration: .init(maxConnectionsPerHost: 2))
        let response = try await client.send(ClientRequest("\(server.url)/half"))
        let silent = (0..<3).map { _ in Task { try await client.send(ClientRequest(server.url)) } }
        let reading = Task { try await response.collect(upTo: 100) }
        #expect(await eventually { server.accepted == 2 })
        await client.shutdown()
        for task in silent {
          let error = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(error == .closed)
        }
        let error = await #expect(throws: HTTPError.self) { try await reading.value }
        #expect(error == .closed)
      }
    }

    @Test("After it every send throws .closed, and shutting down again is harmless")
    func afterwards() async throws {
      let client = HTTPClient()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<10 { group.addTask { await client.shutdown() } }
      }
      await client.shutdown()
      let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest("http://127.0.0.1:1/")) }
      #expect(error == .closed)
      let mail = Mail(from: "a@b", to: ["c@d"], content: Array("Subject: x\r\n\r\ny\r\n".utf8))
      let mailError = await #expect(throws: HTTPError.self) {
        try await client.send(mail, through: MailRelay("smtp://127.0.0.1:1", security: .none))
      }
      #expect(mailError == .closed)
    }

    @Test("A response that had arrived whole can be read after it")
    func completeResponse() async throws {
      try await withServer(answering: { _, connection in connection.respond("whole", headers: "Connection: close\r\n") }) {
        server in
        let client = HTTPClient()
        let response = try await client.send(ClientRequest(server.url))
        let other = try await client.send(ClientRequest(server.url))
        _ = try await other.collect(upTo: 10)
        await client.shutdown()
        let content = try await text(response.collect(upTo: 10))
        #expect(content == "whole")
      }
    }

    @Test("Racing with sends, every send ends: with a response or with .closed")
    func race() async throws {
      try await withServer(answering: { _, connection in connection.respond("ok") }) { server in
        for _ in 0..<20 {
          let client = HTTPClient()
          try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
              group.addTask {
                do {
                  _ = try await client.send(ClientRequest(server.url)).collect(upTo: 10)
                } catch HTTPError.closed {}
              }
            }
            group.addTask { await client.shutdown() }
            try await group.waitForAll()
          }
        }
      }
    }
  }
}
