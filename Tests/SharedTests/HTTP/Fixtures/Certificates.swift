extension HTTPTests {
  static let openssl = "/usr/bin/openssl"

  /// Two authorities, and a certificate for 127.0.0.1 and a client's certificate by the first one.
  struct Certificates {
    let folder: TemporaryFolder
    var authority: String { folder.path("authority.pem") }
    var otherAuthority: String { folder.path("other.pem") }
    var server: (certificate: String, key: String) { (folder.path("server.pem"), folder.path("server.key")) }
    var client: (certificate: String, key: String) { (folder.path("client.pem"), folder.path("client.key")) }

    init(in folder: TemporaryFolder) async throws {
      self.folder = folder
      for name in ["authority", "other"] {
        try await openssl([
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
          "-subj", "/CN=\(name)", "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).pem"),
        ])
      }
      try folder.write("subjectAltName=IP:127.0.0.1\n", to: "names")
      for name in ["server", "client"] {
        try await openssl([
          "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
          "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).csr"),
        ])
        try await openssl([
          "x509", "-req", "-in", folder.path("\(name).csr"), "-CA", authority, "-CAkey", folder.path("authority.key"),
          "-CAcreateserial", "-days", "2", "-extfile", folder.path("names"), "-out", folder.path("\(name).pem"),
        ])
      }
    }

    private func openssl(_ arguments: [String]) async throws {
      try await ChildProcess.run(HTTPTests.openssl, arguments, in: folder)
    }
  }
}
