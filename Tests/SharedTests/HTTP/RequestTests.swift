import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("A request reaches the server as it was written")
  struct Requests {
    @Test("Method, path, headers and body arrive, and status, headers and body come back")
    func roundTrip() async throws {
      let seen = Mutex<RawRequest?>(nil)
      try await withServer(answering: { request, connection in
        seen.withLock { $0 = request }
        connection.write("HTTP/1.1 201 Created\r\nX-Kind: a\r\nx-kind: b\r\nContent-Length: 4\r\n\r\nbody")
      }) { server in
        try await withClient { client in
          var request = ClientRequest(.patch, "\(server.url)/a/../b?q=1&r=%20")
          request.headers = [("X-Empty", ""), ("X-Text", "grüße, welt"), ("Content-Type", "application/json")]
          request.body = Array("{}".utf8)
          let response = try await client.send(request)
          #expect(response.status == 201)
          #expect(response.headers["X-KIND"] == "a")
          #expect(response.headers.values(of: "x-kind") == ["a", "b"])
          let content = try await text(response.collect(upTo: 10))
          #expect(content == "body")
          let request2 = try #require(seen.withLock { $0 })
          #expect(request2.line == "PATCH /a/../b?q=1&r=%20 HTTP/1.1")
          #expect(request2.headers["x-empty"] == "")
          #expect(request2.headers["x-text"] == "grüße, welt")
          #expect(request2.headers["content-type"] == "application/json")
          #expect(request2.body == Array("{}".utf8))
        }
      }
    }

    @Test(
      "Every method is sent by its name, with Content-Length 0 where a body is expected",
      arguments: ClientRequest.Method.allCases)
    func methods(method: ClientRequest.Method) async throws {
      let seen = Mutex<RawRequest?>(nil)
      try await withServer(answering: { request, connection in
        seen.withLock { $0 = request }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(method == .head ? 1000 : 0)\r\n\r\n")
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(method, server.url))
          let content = try await response.collect(upTo: 0)
          #expect(content == [])
          let request = try #require(seen.withLock { $0 })
          #expect(request.line == "\(method.rawValue) / HTTP/1.1")
          #expect(request.headers["content-length"] == ([.post, .put, .patch].contains(method) ? "0" : nil))
          #expect(request.headers["expect"] == nil)
          #expect(request.headers["content-type"] == nil)
        }
      }
    }

    @Test("A body of several megabytes arrives whole")
    func largeBody() async throws {
      let body = Array((0..<300_000).map { "\($0)" }.joined(separator: " ").utf8)
      try await withServer(answering: { request, connection in
        connection.respond(request.body == body ? "same" : "different, \(request.body.count) bytes")
      }) { server in
        try await withClient { client in
          var request = ClientRequest(.post, server.url)
          request.body = body
          let answer = try await fetch(request, with: client)
          #expect(answer == "same")
        }
      }
    }

    @Test("A redirect is not followed")
    func redirect() async throws {
      try await withServer(answering: { _, connection in
        connection.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(server.url))
          #expect(response.status == 302)
          #expect(response.headers["location"] == "/elsewhere")
        }
      }
    }

    @Test("Interim responses are passed over, and trailers do not end up in the headers")
    func interimAndTrailers() async throws {
      try await withServer(answering: { _, connection in
        connection.write("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.write("3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n")
      }) { server in
        try await withClient { client in
          let response = try await client.send(ClientRequest(server.url))
          #expect(response.status == 200)
          #expect(response.headers["link"] == nil)
          let content = try await text(response.collect(upTo: 10))
          #expect(content == "abc")
          #expect(response.headers["x-trailer"] == nil)
        }
      }
    }

    @Test(
      "A URL that is not plain http or https is refused before anything is sent",
      arguments: [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http://host /", "http://host/\r\nX: y",
        "http://host/\0", "http://user:password@host/", "http://user@host/", "http://host/grüße", "http://host:99999/",
      ])
    func urls(url: String) async throws {
      try await withClient { client in
        let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(url)) }
        guard case .invalidRequest(let reason) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(!reason.contains("password"))
      }
    }

    @Test(
      "A header that could change the request is refused before anything is sent",
      arguments: [
        ("X-A\r\nX-B", "v"), ("X A", "v"), ("", "v"), ("X:", "v"), ("X-A", "v\r\nX-B: w"), ("X-A", "v\nw"), ("X-A", "v\0"),
        ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Expect", "100-continue"),
      ])
    func headers(name: String, value: String) async throws {
      try await withClient { client in
        var request = ClientRequest("http://127.0.0.1:1/")
        request.headers = [(name, value)]
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        guard case .invalidRequest = error else {
          Issue.record("\(String(describing: error))")
          return
        }
      }
    }

    @Test("A proxy of the environment is used only when the configuration says so")
    func proxy() async {
      // In a process of its own: changing the environment beside other threads is not safe.
      await #expect(processExitsWith: .success) {
        try await withServer(answering: { request, connection in connection.respond(request.line) }) { server in
          try await withServer(answering: { request, connection in connection.respond("by proxy: \(request.line)") }) { proxy in
            setenv("http_proxy", proxy.url, 1)
            for (usesProxy, expected) in [(false, "GET /x HTTP/1.1"), (true, "by proxy: GET \(server.url)/x HTTP/1.1")] {
              try await withClient(.init(usesProxyEnvironment: usesProxy)) { client in
                let answer = try await fetch(ClientRequest("\(server.url)/x"), with: client)
                #expect(answer == expected)
              }
            }
          }
        }
      }
    }

    @Test("What prints a request shows neither query, nor user information, nor headers, nor credential")
    func description() {
      var request = ClientRequest(.post, "https://user:password@host/path?token=secret")
      request.headers = [("Api-Key", "secret")]
      request.body = Array("secret".utf8)
      request.credential = .bearer("secret")
      var dumped = ""
      dump(request, to: &dumped)
      for text in ["\(request)", String(reflecting: request), dumped] {
        #expect(!text.contains("secret"))
        #expect(!text.contains("password"))
        #expect(text.contains("POST (redacted)@host/path"))
      }
    }
  }
}
