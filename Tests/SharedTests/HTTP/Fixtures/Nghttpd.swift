import Foundation

extension HTTPTests {
  static let nghttpdPath = ["/usr/bin/nghttpd", "/usr/sbin/nghttpd"].first(where: isInstalled)

  /// nghttpd, nghttp2's own server, which serves a folder over HTTP/2 and logs every frame.
  struct Nghttpd {
    let url: String
    private let process: ChildProcess

    static func with(
      _ certificates: Certificates? = nil, serving folder: TemporaryFolder, _ body: (Nghttpd) async throws -> Void
    ) async throws {
      guard let nghttpdPath else { return }
      let port = try freePort()
      var arguments = ["-v", "-a", "127.0.0.1", "-d", folder.url.path]
      if let certificates {
        arguments += ["\(port)", certificates.server.key, certificates.server.certificate]
      } else {
        arguments += ["--no-tls", "\(port)"]
      }
      let process = try ChildProcess(nghttpdPath, arguments, in: try TemporaryFolder())
      defer { process.stop() }
      guard await eventually(within: .seconds(10), { process.output.contains("listen") }) else {
        throw NotReady(output: process.output)
      }
      try await body(Nghttpd(url: "\(certificates == nil ? "http" : "https")://127.0.0.1:\(port)", process: process))
    }

    /// The numbers of the connections over which a request came.
    var connections: Set<Substring> {
      Set(
        process.lines.filter { $0.hasPrefix("[id=") && $0.contains("recv HEADERS") }
          .map { $0.dropFirst(4).prefix { $0 != "]" } })
    }

    var log: String { process.output }
  }
}

extension HTTPTests {
  static let nghttpxPath = ["/usr/bin/nghttpx", "/usr/sbin/nghttpx"].first(where: isInstalled)

  /// nghttpx, which puts HTTP/2 over TLS before a `RawServer`, so that a test decides when an HTTP/2 response comes.
  enum Nghttpx {
    static func with(
      _ certificates: Certificates, before server: RawServer, _ body: (_ url: String) async throws -> Void
    ) async throws {
      guard let nghttpxPath else { return }
      let port = try freePort()
      let process = try ChildProcess(
        nghttpxPath,
        [
          "--conf=/dev/null", "--single-process", "--workers=1", "--frontend=127.0.0.1,\(port)",
          "--backend=127.0.0.1,\(server.port)", certificates.server.key, certificates.server.certificate,
        ], in: certificates.folder)
      defer { process.stop() }
      guard await eventually(within: .seconds(10), { process.output.contains("Listening on") }) else {
        throw NotReady(output: process.output)
      }
      try await body("https://127.0.0.1:\(port)")
    }
  }
}
