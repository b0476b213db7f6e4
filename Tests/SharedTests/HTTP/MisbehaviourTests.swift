import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("Servers that misbehave")
  struct Misbehaviour {
    @Test(
      "A server that dies in the middle of the body gives its bytes and then an error, never a short body",
      arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
    func diesMidBody(answer: String) async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\n\(answer)")
      }) { server in
        try await withClient { client in
          var body = try await client.send(ClientRequest(server.url)).body.makeAsyncIterator()
          var received: [UInt8] = []
          let error = await #expect(throws: HTTPError.self) {
            while let part = try await body.next() { received += part }
          }
          #expect(text(received) == "abc")
          guard case .transfer(code: 18, _) = error else {
            Issue.record("\(String(describing: error))")
            return
          }
        }
      }
    }

    @Test("A server that is not there is a connect error")
    func refused() async throws {
      let port = try freePort()
      try await withClient { client in
        let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest("http://127.0.0.1:\(port)/")) }
        guard case .connect(let message) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(message.contains("\(port)"))
      }
    }

    @Test(
      "What is not HTTP is an error",
      arguments: ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"])
    func notHTTP(answer: String) async throws {
      try await withServer({ connection in
        _ = connection.readRequest()
        connection.write(answer)
      }) { server in
        try await withClient { client in
          _ = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(server.url)).collect(upTo: 100) }
        }
      }
    }

    @Test("A head that is too large is refused: many headers, one long header, interim responses without end")
    func largeHead() async throws {
      let heads = [
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X-A: b\r\n", count: 10_000),
        "HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "b", count: 70_000))\r\n",
        String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 4_000),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "X-A: b\r\n", count: 10_000),
      ]
      for head in heads {
        try await withServer({ connection in
          _ = connection.readRequest()
          connection.write(head)
          _ = connection.clientCloses()
        }) { server in
          try await withClient { client in
            let error = await #expect(throws: HTTPError.self) {
              try await client.send(ClientRequest(server.url)).collect(upTo: 100)
            }
            #expect(error == .headTooLarge)
          }
        }
      }
    }

    @Test("A server that closes its sending half early is an error, one that ends the body by closing is not")
    func halfClosed() async throws {
      try await withServer(answering: { request, connection in
        if request.path == "/whole" { connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it") }
        connection.cut()
      }) { server in
        try await withClient { client in
          let whole = try await client.send(ClientRequest("\(server.url)/whole"))
          let content = try await text(whole.collect(upTo: 100))
          #expect(content == "all of it")
          _ = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(server.url)) }
        }
      }
    }

    @Test("A request on a kept connection that dies unanswered: GET is sent again, POST and PATCH are not")
    func repeated() async throws {
      for (method, isRepeated) in [(ClientRequest.Method.get, true), (.delete, true), (.post, false), (.patch, false)] {
        let seen = Mutex<[String]>([])
        try await withServer({ connection in
          while let request = connection.readRequest() {
            seen.withLock { $0.append(request.path) }
            if request.path == "/act", connection.number == 1 { return }
            connection.respond("ok")
          }
        }) { server in
          try await withClient { client in
            _ = try await client.send(ClientRequest("\(server.url)/warm")).collect(upTo: 10)
            var request = ClientRequest(method, "\(server.url)/act")
            if !method.isIdempotent { request.body = Array("do it".utf8) }
            if isRepeated {
              let answer = try await fetch(request, with: client)
              #expect(answer == "ok")
            } else {
              let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
              guard case .transfer(code: 52, _) = error else {
                Issue.record("\(String(describing: error))")
                return
              }
            }
          }
          #expect(seen.withLock { $0 } == (isRepeated ? ["/warm", "/act", "/act"] : ["/warm", "/act"]))
        }
      }
    }

    @Test("An answer before the request was read whole still arrives")
    func earlyAnswer() async throws {
      try await withServer({ connection in
        connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmuch")
        _ = connection.clientCloses()
      }) { server in
        try await withClient { client in
          var request = ClientRequest(.put, server.url)
          request.body = [UInt8](repeating: 0, count: 4_000_000)
          let response = try await client.send(request)
          #expect(response.status == 413)
          let content = try await text(response.collect(upTo: 10))
          #expect(content == "much")
        }
      }
    }
  }
}
