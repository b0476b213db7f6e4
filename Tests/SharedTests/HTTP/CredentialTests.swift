import Foundation
import HTTP
import Testing

extension HTTPTests {
  @Suite("Credentials")
  struct Credentials {
    @Test("A token file is read for every request, so that a rotated token is used at once")
    func rotation() async throws {
      let folder = try TemporaryFolder()
      try await withServer(answering: { request, connection in
        connection.respond(request.headers["authorization"] ?? "none")
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.credential = .bearerFile(folder.path("token"))
          for token in ["first", "second"] {
            // The kubelet replaces the file; same length and modification time must not matter.
            try folder.write("\(token)\n", to: "token")
            let answer = try await fetch(request, with: client)
            #expect(answer == "Bearer \(token)")
          }
        }
        #expect(server.accepted == 1)
      }
    }

    @Test("A token is sent as a bearer")
    func bearer() async throws {
      try await withServer(answering: { request, connection in
        connection.respond(request.headers["authorization"] ?? "none")
      }) { server in
        try await withClient { client in
          var request = ClientRequest(server.url)
          request.credential = .bearer("abc.def")
          let answer = try await fetch(request, with: client)
          #expect(answer == "Bearer abc.def")
        }
      }
    }

    @Test(
      "A token file that is missing, empty, binary or huge fails the request and says why",
      arguments: [nil, "", " \n", "a\nb", "\u{1}", String(repeating: "x", count: 70_000)])
    func unreadable(content: String?) async throws {
      let folder = try TemporaryFolder()
      if let content { try folder.write(content, to: "token") }
      try await withClient { client in
        var request = ClientRequest("http://127.0.0.1:1/")
        request.credential = .bearerFile(folder.path("token"))
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        guard case .credentialUnreadable(let reason) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(reason.contains(folder.path("token")))
      }
    }

    @Test("A token with a line break is refused without being shown, and so is a second Authorization")
    func injection() async throws {
      try await withClient { client in
        var request = ClientRequest("http://127.0.0.1:1/")
        request.credential = .bearer("secret\r\nX-Admin: 1")
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        #expect(error?.description.contains("secret") == false)
        request.credential = .bearer("secret")
        request.headers = [("authorization", "Basic x")]
        _ = await #expect(throws: HTTPError.self) { try await client.send(request) }
      }
    }

    @Test("Neither a credential nor a password shows its secret, however it is printed")
    func redaction() {
      struct Holder {
        let credential = Credential.bearer("hush")
        let relay = MailRelay("smtp://h", user: "u", password: Secret("hush"))
      }
      var dumped = ""
      dump(Holder(), to: &dumped)
      for text in [dumped, "\(Holder())", String(reflecting: Holder()), "\(Credential.bearer("hush"))", "\(Secret("hush"))"] {
        #expect(!text.contains("hush"))
      }
    }
  }
}
