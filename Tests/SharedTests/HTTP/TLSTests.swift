import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("TLS", .enabled(if: isInstalled(openssl) && hasPython))
  struct TLS {
    @Test("A server is trusted with the right CA file, and refused with a wrong one, with none, or with one that is missing")
    func authority() async throws {
      let certificates = try await Certificates(in: TemporaryFolder())
      try await TLSServer.with(certificates) { server in
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          let answer = try await fetch(ClientRequest(server.url), with: client)
          #expect(answer == "hello")
        }
        for file in [certificates.otherAuthority, nil, certificates.folder.path("missing")] {
          try await withClient(.init(tls: .init(caFile: file))) { client in
            let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(server.url)) }
            guard case .tls = error else {
              Issue.record("\(String(describing: error))")
              return
            }
          }
        }
      }
    }

    @Test("A certificate for another name is refused")
    func hostName() async throws {
      let certificates = try await Certificates(in: TemporaryFolder())
      try await TLSServer.with(certificates) { server in
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          let url = server.url.split(separator: ":").last.map { "https://localhost:\($0)" }
          let error = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(#require(url))) }
          guard case .tls = error else {
            Issue.record("\(String(describing: error))")
            return
          }
        }
      }
    }

    @Test("A server that asks for a client certificate gets it, and refuses a client without")
    func clientCertificate() async throws {
      let certificates = try await Certificates(in: TemporaryFolder())
      try await TLSServer.with(certificates, wantsClientCertificate: true) { server in
        var tls = TLSConfiguration(caFile: certificates.authority)
        try await withClient(.init(tls: tls)) { client in
          _ = await #expect(throws: HTTPError.self) { try await client.send(ClientRequest(server.url)).collect(upTo: 100) }
        }
        (tls.certificateFile, tls.keyFile) = certificates.client
        try await withClient(.init(tls: tls)) { client in
          let answer = try await fetch(ClientRequest(server.url), with: client)
          #expect(answer == "hello client")
        }
      }
    }

    @Test("Many requests at once to a TLS server without HTTP/2 are all answered")
    func serialHost() async throws {
      let certificates = try await Certificates(in: TemporaryFolder())
      try await TLSServer.with(certificates) { server in
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Void.self) { group in
              for _ in 0..<50 {
                group.addTask {
                  let answer = try await fetch(ClientRequest(server.url), with: client)
                  #expect(answer == "hello")
                }
              }
              try await group.waitForAll()
            }
          }
        }
      }
    }
  }

  @Suite("HTTP/2", .enabled(if: nghttpdPath != nil))
  struct HTTP2 {
    private func requestMany(_ request: ClientRequest, with client: HTTPClient) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            let answer = try await fetch(request, with: client)
            #expect(answer == "content")
          }
        }
        try await group.waitForAll()
      }
    }

    @Test("Without TLS, requests are answered one after the other and at once")
    func priorKnowledge() async throws {
      let folder = try TemporaryFolder()
      try folder.write("content", to: "file")
      try await Nghttpd.with(serving: folder) { server in
        try await withClient { client in
          var request = ClientRequest("\(server.url)/file")
          request.protocolVersion = .http2PriorKnowledge
          for _ in 0..<3 {
            let answer = try await fetch(request, with: client)
            #expect(answer == "content")
          }
          try await requestMany(request, with: client)
        }
      }
    }

    @Test(
      "Over TLS, many requests at once share one connection, and requests for HTTP/1.1 do not disturb it",
      .enabled(if: isInstalled(openssl)))
    func negotiated() async throws {
      let folder = try TemporaryFolder()
      try folder.write("content", to: "file")
      let certificates = try await Certificates(in: folder)
      try await Nghttpd.with(certificates, serving: folder) { server in
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          let request = ClientRequest("\(server.url)/file")
          try await requestMany(request, with: client)
          var plain = request
          plain.protocolVersion = .http1
          // nghttpd speaks HTTP/2 only and hangs up.
          _ = await #expect(throws: HTTPError.self) { try await client.send(plain) }
          try await requestMany(request, with: client)
          #expect(server.connections.count == 1)
        }
      }
    }

    @Test("A dropped response ends at the server, and the next request is answered", .enabled(if: isInstalled(openssl)))
    func dropped() async throws {
      let folder = try TemporaryFolder()
      try folder.write("content", to: "file")
      try folder.write(String(repeating: "x", count: 60_000_000), to: "large")
      let certificates = try await Certificates(in: folder)
      try await Nghttpd.with(certificates, serving: folder) { server in
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          let status = try await client.send(ClientRequest("\(server.url)/large")).status
          #expect(status == 200)
          #expect(await eventually { server.log.contains("recv RST_STREAM") || server.log.contains("] closed") })
          let answer = try await fetch(ClientRequest("\(server.url)/file"), with: client)
          #expect(answer == "content")
        }
      }
    }

    @Test(
      "A long poll that is cancelled ends at the server at once, also while another waits on the same connection",
      .enabled(if: nghttpxPath != nil && isInstalled(openssl)))
    func cancelledLongPoll() async throws {
      let arrived = Mutex<Set<String>>([])
      let closed = Mutex<Set<String>>([])
      let certificates = try await Certificates(in: TemporaryFolder())
      try await withServer({ connection in
        while let request = connection.readRequest() {
          arrived.withLock { _ = $0.insert(request.path) }
          guard request.path.hasPrefix("/poll") else {
            connection.respond("ok")
            continue
          }
          if connection.clientCloses() { closed.withLock { _ = $0.insert(request.path) } }
          return
        }
      }) { server in
        try await Nghttpx.with(certificates, before: server) { url in
          try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
            let polls = ["/poll/1", "/poll/2", "/poll/3"].map { path in
              (path, Task { try await client.send(ClientRequest(url + path)) })
            }
            #expect(await eventually { arrived.withLock { $0.count } == 3 })
            for (path, task) in polls {
              #expect(closed.withLock { !$0.contains(path) })
              task.cancel()
              let error = await #expect(throws: HTTPError.self) { try await task.value }
              #expect(error == .cancelled)
              #expect(await eventually { closed.withLock { $0.contains(path) } })
            }
            let answer = try await fetch(ClientRequest(url), with: client)
            #expect(answer == "ok")
          }
        }
      }
    }
  }
}
