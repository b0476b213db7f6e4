import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Support
import Testing

@testable import HTTP2

@Suite("Negotiation", .enabled(if: CommandLine.curl.isPresent))
struct NegotiationTests {
  @Test("A client without ALPN gets HTTP/1.1")
  func fallback() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let mode = ServingMode.tls(try TLSCredentials(certificates.serverConfiguration()))
    try await TestServer.run(mode) { server in
      let response = try await CommandLine.response(
        ["--no-alpn", "--cacert", certificates.authorityPath, server.url("/hello", scheme: "https")])
      #expect(response.version == "HTTP/1.1" && response.body == "hello")
    }
  }

  @Test("The HTTP/2 port closes whoever negotiates something else", arguments: [["--http1.1"], ["--no-alpn"]])
  func http2Only(arguments: [String]) async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let mode = ServingMode.tlsHTTP2Only(try TLSCredentials(certificates.serverConfiguration()))
    try await TestServer.run(mode) { server in
      let trusted = ["-sS", "--cacert", certificates.authorityPath]
      let url = server.url("/hello", scheme: "https", host: "localhost")
      let refused = try await CommandLine.curl.run(trusted + arguments + [url])
      #expect(refused.status != 0 && refused.text.isEmpty)
      let accepted = try await CommandLine.curl.run(trusted + ["--http2", url])
      #expect(accepted.text == "hello", "\(accepted.errors)")
    }
  }

  @Test("New connections take a replaced certificate, open ones go on")
  func rotation() async throws {
    let (old, new) = (try TestCertificates(), try TestCertificates())
    defer {
      old.remove()
      new.remove()
    }
    let credentials = try TLSCredentials(old.serverConfiguration())
    try await TestServer.run(.tls(credentials)) { server in
      let url = server.url("/hello", scheme: "https")
      #expect(try await CommandLine.response(["--cacert", old.authorityPath, url]).status == 200)
      try credentials.replace(with: new.serverConfiguration())
      #expect(try await CommandLine.response(["--cacert", new.authorityPath, url]).status == 200)
      let distrusting = try await CommandLine.curl.run(["-sS", "--cacert", old.authorityPath, url])
      #expect(distrusting.status == 60 || distrusting.status == 35, "\(distrusting.errors)")
    }
  }

  @Test("Plain HTTP/1.1 serves without a certificate")
  func plain() async throws {
    try await TestServer.run(.plainHTTP1) { server in
      let response = try await CommandLine.response([server.url("/hello")])
      #expect(response.version == "HTTP/1.1" && response.body == "hello")
    }
  }

  @Test("nghttp agrees with what is sent", .enabled(if: CommandLine.nghttp.isPresent))
  func nghttp() async throws {
    try await TestServer.run { server in
      let outcome = try await CommandLine.nghttp.run(["-v", server.url("/stream/30"), server.url("/hello")])
      #expect(outcome.status == 0)
      #expect(outcome.text.contains("hello") && !outcome.text.contains("RST_STREAM"))
    }
  }

  @Test("A client that never finishes its handshake is closed after the setup deadline")
  func silence() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    var limits = HTTPLimits()
    limits.setupDeadline = .milliseconds(60)
    let mode = ServingMode.tls(try TLSCredentials(certificates.serverConfiguration()))
    try await TestServer.run(mode, limits: limits) { server in
      let silent = try RawClient(port: server.port)
      _ = try await silent.untilClosed()
    }
  }

  @Test("An Application serves through the builder")
  func application() async throws {
    let responder = TestRoutes.responder(Probe(), nil)
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      responder: responder, server: .negotiating(.plainHTTP2, responder: responder, logger: logger),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await application.run() }
      var first = ports.makeAsyncIterator()
      let port = try #require(await first.next())
      let response = try await CommandLine.response(["--http2-prior-knowledge", "http://127.0.0.1:\(port)/hello"])
      #expect(response.version == "HTTP/2" && response.body == "hello")
      group.cancelAll()
    }
  }
}
