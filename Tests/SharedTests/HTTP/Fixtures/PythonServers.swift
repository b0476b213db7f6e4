import Foundation

extension HTTPTests {
  static let python = "/usr/bin/python3"

  static let hasPython = isInstalled(python)
  static let hasMailServer =
    hasPython && FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/aiosmtpd/smtp.py")

  struct NotReady: Error { let output: String }

  /// aiosmtpd, a real mail server, which writes each message that it takes as a line of JSON.
  ///
  /// It refuses recipients whose names begin with `refused` (550) or `later` (451), and messages with `X-Refuse` (554).
  struct MailServer {
    struct Message: Decodable {
      let from: String
      let to: [String]
      let content: Data
      let tls: Bool
      let user: String?
    }

    let port: Int
    private let process: ChildProcess

    /// - Parameter certificates: with them the server offers STARTTLS and wants `sre` and `pass word` to sign in.
    static func with(
      _ certificates: Certificates? = nil, in folder: TemporaryFolder, _ body: (MailServer) async throws -> Void
    ) async throws {
      var arguments = ["-u", "-W", "ignore", "-c", script]
      if let certificates { arguments += [certificates.server.certificate, certificates.server.key] }
      let process = try ChildProcess(python, arguments, in: folder)
      defer { process.stop() }
      guard await eventually(within: .seconds(20), { !process.lines.isEmpty }), let port = Int(process.lines[0]) else {
        throw NotReady(output: process.output)
      }
      try await body(MailServer(port: port, process: process))
    }

    var url: String { "smtp://127.0.0.1:\(port)" }

    var messages: [Message] {
      process.lines.dropFirst().compactMap { try? JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }

    var output: String { process.output }

    func stop() { process.stop() }

    private static let script = """
      import asyncio, base64, json, ssl, sys
      from aiosmtpd.smtp import SMTP, AuthResult

      class Handler:
          async def handle_RCPT(self, server, session, envelope, address, options):
              if address.startswith("refused"): return "550 5.1.1 no such user here"
              if address.startswith("later"): return "451 4.3.0 try again later"
              envelope.rcpt_tos.append(address)
              return "250 OK"
          async def handle_DATA(self, server, session, envelope):
              if b"X-Refuse" in envelope.content: return "554 5.6.0 content refused"
              print(json.dumps({
                  "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                  "content": base64.b64encode(envelope.original_content).decode(),
                  "user": session.auth_data if isinstance(session.auth_data, str) else None}), flush=True)
              return "250 accepted"

      def sign_in(server, session, envelope, mechanism, data):
          good = data.login == b"sre" and data.password == b"pass word"
          return AuthResult(success=good, auth_data="sre" if good else None, handled=False)

      options = {"hostname": "relay.test"}
      if len(sys.argv) > 1:
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
          context.load_cert_chain(sys.argv[1], sys.argv[2])
          options.update(tls_context=context, require_starttls=True, auth_required=True, authenticator=sign_in)

      async def main():
          server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler(), **options), "127.0.0.1", 0)
          print(server.sockets[0].getsockname()[1], flush=True)
          await asyncio.Event().wait()

      asyncio.run(main())
      """
  }

  /// Python's own HTTP/1.1 server behind TLS. Answers with the common name of the client's certificate.
  struct TLSServer {
    let url: String

    static func with(
      _ certificates: Certificates, wantsClientCertificate: Bool = false, _ body: (TLSServer) async throws -> Void
    ) async throws {
      let arguments =
        ["-u", "-c", script, certificates.server.certificate, certificates.server.key]
        + (wantsClientCertificate ? [certificates.authority] : [])
      let process = try ChildProcess(python, arguments, in: certificates.folder)
      defer { process.stop() }
      guard await eventually(within: .seconds(20), { !process.lines.isEmpty }), let port = Int(process.lines[0]) else {
        throw NotReady(output: process.output)
      }
      try await body(TLSServer(url: "https://127.0.0.1:\(port)"))
    }

    private static let script = """
      import http.server, ssl, sys

      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def do_GET(self):
              peer = self.connection.getpeercert() or {}
              names = [value for part in peer.get("subject", ()) for key, value in part if key == "commonName"]
              body = ("hello " + " ".join(names)).strip().encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def log_message(self, *arguments): pass

      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      server.daemon_threads = True
      server.handle_error = lambda *arguments: None
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(sys.argv[1], sys.argv[2])
      if len(sys.argv) > 3:
          context.verify_mode = ssl.CERT_REQUIRED
          context.load_verify_locations(sys.argv[3])
      server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
      print(server.server_address[1], flush=True)
      server.serve_forever()
      """
  }
}
