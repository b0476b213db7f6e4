import Foundation
import Glibc
import HTTP
import Synchronization
import Testing

extension HTTPTests {
  @Suite("Mail")
  struct Mails {
    private let mail = Mail(
      from: "sre@example.org", to: ["team@example.org", "lead@example.org"],
      content: Array("From: sre@example.org\r\nSubject: [AI-SRE] Fixed\r\n\r\nDone.\r\n".utf8))

    private func relay(_ url: String, _ security: MailRelay.Security = .none) -> MailRelay {
      MailRelay(url, security: security)
    }

    @Test("A mail arrives with sender, recipients and content as they were", .enabled(if: hasMailServer))
    func plain() async throws {
      try await MailServer.with(in: TemporaryFolder()) { server in
        try await withClient { client in
          try await client.send(mail, through: relay(server.url))
          try await client.send(mail, through: relay(server.url, .opportunistic))
        }
        let messages = server.messages
        #expect(messages.count == 2)
        #expect(messages.first?.from == "sre@example.org")
        #expect(messages.first?.to == ["team@example.org", "lead@example.org"])
        #expect(messages.first.map { Array($0.content) } == mail.content)
        #expect(messages.first?.tls == false)
      }
    }

    @Test("Lines that begin with dots arrive whole, also at every possible cut of libcurl's buffers", .enabled(if: hasMailServer))
    func dots() async throws {
      try await MailServer.with(in: TemporaryFolder()) { server in
        var mail = mail
        mail.content = Array("Subject: dots\r\n\r\n".utf8)
        for number in 0..<10_000 { mail.content += Array("\(String(repeating: ".", count: number % 4))\r\n".utf8) }
        mail.content += Array(".\r\n..\r\nlast line".utf8)
        try await withClient { client in try await client.send(mail, through: relay(server.url)) }
        #expect(server.messages.first.map { Array($0.content) } == mail.content + Array("\r\n".utf8))
      }
    }

    @Test(
      "Over STARTTLS the client signs in, with the relay's certificate checked",
      .enabled(if: hasMailServer && isInstalled(openssl)))
    func startTLS() async throws {
      let folder = try TemporaryFolder()
      let certificates = try await Certificates(in: folder)
      try await MailServer.with(certificates, in: folder) { server in
        let relay = MailRelay(server.url, user: "sre", password: Secret("pass word"))
        try await withClient(.init(tls: .init(caFile: certificates.authority))) { client in
          try await client.send(mail, through: relay)
          #expect(server.messages.map(\.user) == ["sre"])
          #expect(server.messages.map(\.tls) == [true])

          var wrong = relay
          wrong.password = Secret("wrong")
          let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: wrong) }
          guard case .mailRefused(code: 535, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
          }
          #expect(!message.contains("wrong"))
        }
        try await withClient(.init(tls: .init(caFile: certificates.otherAuthority))) { client in
          let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay) }
          guard case .tls = error else {
            Issue.record("\(String(describing: error))")
            return
          }
        }
        #expect(server.messages.count == 1)
      }
    }

    @Test("A relay without STARTTLS is refused where TLS is required", .enabled(if: hasMailServer))
    func tlsRequired() async throws {
      try await MailServer.with(in: TemporaryFolder()) { server in
        try await withClient { client in
          let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay(server.url, .required)) }
          guard case .tls = error else {
            Issue.record("\(String(describing: error))")
            return
          }
        }
        #expect(server.messages.isEmpty)
      }
    }

    @Test(
      "What the relay refuses comes back with its code and words, and nobody gets the mail", .enabled(if: hasMailServer),
      arguments: [
        ("refused@example.org", "", 550, "5.1.1 no such user here"), ("later@example.org", "", 451, "4.3.0 try again later"),
        ("team@example.org", "X-Refuse: yes\r\n", 554, "5.6.0 content refused"),
      ])
    func refused(recipient: String, header: String, code: Int, words: String) async throws {
      try await MailServer.with(in: TemporaryFolder()) { server in
        var mail = mail
        mail.to = ["lead@example.org", recipient]
        mail.content = Array(header.utf8) + mail.content
        try await withClient { client in
          let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay(server.url)) }
          #expect(error == .mailRefused(code: code, message: words))
          #expect(error?.isTransient == (code == 451))
        }
        #expect(server.messages.isEmpty)
      }
    }

    @Test("A relay that is not there is a connect error")
    func gone() async throws {
      let url = "smtp://127.0.0.1:\(try freePort())"
      try await withClient { client in
        let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay(url)) }
        guard case .connect = error else {
          Issue.record("\(String(describing: error))")
          return
        }
      }
    }

    /// Speaks SMTP up to the end of the content, and goes on as the test says.
    private func withRelay(
      afterContent: @escaping @Sendable (RawConnection, String) -> Void, _ body: (RawServer) async throws -> Void
    ) async throws {
      try await withServer(
        { connection in
          connection.write("220 relay.test\r\n")
          while let line = connection.readLine() {
            if line.hasPrefix("EHLO") {
              connection.write("250-relay.test\r\n250 8BITMIME\r\n")
            } else if line == "DATA" {
              connection.write("354 go on\r\n")
              var content = ""
              while let line = connection.readLine() {
                if line == "." { break }
                content += line + "\n"
              }
              return afterContent(connection, content)
            } else {
              connection.write("250 OK\r\n")
            }
          }
        }, body)
    }

    @Test("A relay that dies before it has answered the content is an error")
    func diesAfterContent() async throws {
      try await withRelay(afterContent: { _, _ in }) { server in
        try await withClient { client in
          let error = await #expect(throws: HTTPError.self) {
            try await client.send(mail, through: relay("smtp://127.0.0.1:\(server.port)"))
          }
          #expect(error?.isUnconfirmed == true, "the relay may have taken it before it died")
        }
      }
    }

    @Test("A relay that never answers the content ends with the deadline, and cancellation is answered at once")
    func silentAfterContent() async throws {
      let reached = Mutex(false)
      try await withRelay(afterContent: { connection, _ in
        reached.withLock { $0 = true }
        _ = connection.clientCloses()
      }) { server in
        try await withClient { client in
          var relay = relay("smtp://127.0.0.1:\(server.port)")
          relay.deadline = .milliseconds(300)
          let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay) }
          #expect(error?.isUnconfirmed == true)

          reached.withLock { $0 = false }
          relay.deadline = .seconds(60)
          let task = Task { [relay] in try await client.send(mail, through: relay) }
          #expect(await eventually { reached.withLock { $0 } })
          task.cancel()
          let cancelled = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(cancelled?.isUnconfirmed == true)
        }
      }
    }

    @Test("Success is reported when the relay has taken the mail, even if it never says goodbye")
    func noGoodbye() async throws {
      let clientHasClosed = Mutex(false)
      try await withRelay(afterContent: { connection, _ in
        connection.write("250 taken\r\n")
        _ = connection.clientCloses()
        clientHasClosed.withLock { $0 = true }
      }) { server in
        try await withClient { client in
          try await client.send(mail, through: relay("smtp://127.0.0.1:\(server.port)"))
          #expect(!clientHasClosed.withLock { $0 })
        }
      }
    }

    @Test("A mail cancelled in the middle of its content is never completed")
    func cancelledMidContent() async throws {
      let completed = Mutex(false)
      let started = Mutex(false)
      let closed = Mutex(false)
      try await withServer({ connection in
        connection.limitReceiveBuffer(to: 16 * 1024)
        connection.write("220 relay.test\r\n")
        while let line = connection.readLine() {
          connection.write(line.hasPrefix("DATA") ? "354 go on\r\n" : "250 OK\r\n")
          if line == "DATA" { break }
        }
        started.withLock { $0 = true }
        while closed.withLock({ !$0 }) { usleep(1000) }
        while let line = connection.readLine() {
          if line == "." { completed.withLock { $0 = true } }
        }
      }) { server in
        try await withClient { client in
          var mail = mail
          mail.content += Array(String(repeating: String(repeating: "x", count: 78) + "\r\n", count: 80_000).utf8)
          let relay = relay("smtp://127.0.0.1:\(server.port)")
          let task = Task { [mail] in try await client.send(mail, through: relay) }
          #expect(await eventually { started.withLock { $0 } })
          task.cancel()
          let error = await #expect(throws: HTTPError.self) { try await task.value }
          #expect(error == .cancelled)
        }
        // The client is shut down, so nothing more is sent.
        closed.withLock { $0 = true }
        #expect(!completed.withLock { $0 })
      }
      #expect(!completed.withLock { $0 })
    }

    @Test(
      "An address that could change the command is refused",
      arguments: [
        "", "a", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "a@b>\r\nRCPT TO:<c@d", "a@b\n", "a@b c", "a,b@c", "grüße@b",
        "Name <a@b>",
        String(repeating: "a", count: 65) + "@b",
      ])
    func addresses(address: String) async throws {
      for mail in [
        Mail(from: address, to: mail.to, content: mail.content), Mail(from: mail.from, to: [address], content: mail.content),
      ] {
        try await expectInvalid(mail, relay("smtp://127.0.0.1:1"))
      }
    }

    @Test(
      "Content that is not lines of CRLF is refused",
      arguments: ["", "a\nb\r\n", "a\rb\r\n", "a\r\n.\n", "a\r", "a\0\r\n", String(repeating: "x", count: 999) + "\r\n"])
    func content(content: String) async throws {
      try await expectInvalid(Mail(from: mail.from, to: mail.to, content: Array(content.utf8)), relay("smtp://127.0.0.1:1"))
    }

    @Test("A relay that is no SMTP URL, or would get the password in the clear, is refused")
    func relays() async throws {
      for url in ["http://h", "smtp://", "smtp://user:password@h", "smtp://h/path", "smtp://h\r\n", "h:25"] {
        try await expectInvalid(mail, relay(url))
      }
      for security in [MailRelay.Security.none, .opportunistic] {
        try await expectInvalid(mail, MailRelay("smtp://h", user: "u", password: Secret("p"), security: security))
      }
      try await expectInvalid(mail, MailRelay("smtp://h", user: "u"))
      try await expectInvalid(Mail(from: mail.from, to: [], content: mail.content), relay("smtp://h"))
    }

    private func expectInvalid(_ mail: Mail, _ relay: MailRelay) async throws {
      try await withClient { client in
        let error = await #expect(throws: HTTPError.self) { try await client.send(mail, through: relay) }
        guard case .invalidRequest = error else {
          Issue.record("\(String(describing: error)) for \(relay.url)")
          return
        }
      }
    }
  }
}

extension HTTPError {
  fileprivate var isUnconfirmed: Bool {
    if case .mailUnconfirmed = self { true } else { false }
  }
}
