import Foundation
import Support
import Testing

@testable import HTTP2

/// One request by each version of HTTP that curl speaks.
enum Version: String, CaseIterable {
  case http1 = "--http1.1"
  case http2 = "--http2"
}

@Suite("Requests over TLS, by HTTP/1.1 and HTTP/2", .enabled(if: CommandLine.curl.isPresent))
struct RequestTests {
  private typealias Requesting = @Sendable (Version, String, [String]) async throws -> CurlResponse
  private typealias Posting = @Sendable (Version, String, Data, [String]) async throws -> CurlResponse

  /// Runs against a TLS listener for both versions.
  private func serving<Result: Sendable>(
    limits: HTTPLimits = HTTPLimits(),
    _ body: @Sendable (TestServer, @escaping Requesting) async throws -> Result
  ) async throws -> Result {
    try await serving(limits: limits) { (server: TestServer, post: @escaping Posting) in
      try await body(server) { try await post($0, $1, Data(), $2) }
    }
  }

  /// As above, for requests with bodies too large for an argument; `--data-binary @-` sends them.
  private func serving<Result: Sendable>(
    limits: HTTPLimits = HTTPLimits(), _ body: @Sendable (TestServer, @escaping Posting) async throws -> Result
  ) async throws -> Result {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let mode = ServingMode.tls(try TLSCredentials(certificates.serverConfiguration()))
    return try await TestServer.run(mode, limits: limits) { server in
      try await body(server) { version, path, data, more in
        try await CommandLine.response(
          [version.rawValue, "--cacert", certificates.authorityPath, server.url(path, scheme: "https")] + more, input: data)
      }
    }
  }

  @Test("GET, POST and HEAD have the same outcome in both versions")
  func sameOutcome() async throws {
    try await serving { (_: TestServer, request: @escaping Requesting) in
      for version in Version.allCases {
        let get = try await request(version, "/hello", [])
        #expect(get.version == (version == .http2 ? "HTTP/2" : "HTTP/1.1"))
        #expect(get.status == 200 && get.body == "hello")
        #expect(get.fields["content-length"] == ["5"] && get.fields["date"]?.count == 1)
        let post = try await request(version, "/echo", ["--data", "some words"])
        #expect(post.status == 200 && post.body == "some words")
        let head = try await request(version, "/hello", ["--head"])
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.fields["content-length"] == ["5"])
        #expect(try await request(version, "/absent", []).status == 404)
        let nothing = try await request(version, "/nothing", [])
        #expect(nothing.status == 204 && nothing.fields["content-length"] == nil)
      }
    }
  }

  @Test("An error that knows its status says it, any other is a bare 500 whose text reaches neither peer nor log")
  func errors() async throws {
    try await serving { (server: TestServer, request: @escaping Requesting) in
      for version in Version.allCases {
        let conflict = try await request(version, "/conflict", [])
        #expect(conflict.status == 409 && conflict.body.contains("already there"))
        let failure = try await request(version, "/failure", [])
        #expect(failure.status == 500 && failure.body.isEmpty)
      }
      #expect(server.probe.contains("log: error A handler failed"))
      #expect(server.probe.contains("hb.request.id"))
      #expect(!server.probe.contains("hunter2"))
    }
  }

  @Test("The router sees authority and all fields; cookies are one field, repeated fields stay")
  func fields() async throws {
    try await serving { (server: TestServer, request: @escaping Requesting) in
      let more = ["-H", "x-many: 1", "-H", "x-many: 2", "-H", "cookie: a=1", "-H", "cookie: b=2"]
      for version in Version.allCases {
        let seen = try await request(version, "/request", more).body
        #expect(seen.contains("authority: 127.0.0.1:\(server.port)") && seen.contains("id: present"))
        #expect(seen.contains("x-many: 1\n") && seen.contains("x-many: 2"))
        #expect(!seen.contains("\nhost:"))
        if version == .http2 { #expect(seen.contains("cookie: a=1; b=2")) }
      }
    }
  }

  @Test("Fields that belong to an HTTP/1 connection never leave over HTTP/2")
  func connectionFields() async throws {
    try await serving { (_: TestServer, request: @escaping Requesting) in
      let response = try await request(.http2, "/connection-fields", [])
      #expect(response.status == 200 && response.body == "fine" && response.fields["server"] == ["test"])
      #expect(response.fields["connection"] == nil && response.fields["transfer-encoding"] == nil)
    }
  }

  @Test("Trailers follow the body")
  func trailers() async throws {
    try await serving { (_: TestServer, request: @escaping Requesting) in
      for version in Version.allCases {
        let response = try await request(version, "/trailers", [])
        #expect(response.status == 200)
        // curl prints trailers behind the body.
        #expect(response.body.lowercased().contains("body") && response.body.lowercased().contains("x-checksum: 42"))
      }
    }
  }

  @Test("A body over the limit is answered 413, whether its length is announced or not")
  func bodyTooLarge() async throws {
    var limits = HTTPLimits()
    limits.maxRequestBodyBytes = 100_000
    let big = Data(repeating: 120, count: 300_000)
    try await serving(limits: limits) { (_: TestServer, post: @escaping Posting) in
      for version in Version.allCases {
        for fields in [["-H", "expect:"], ["-H", "expect:", "-H", "transfer-encoding: chunked"]] {
          let response = try await post(version, "/count", big, fields + ["--data-binary", "@-"])
          #expect(response.status == 413, "\(version) \(fields)")
        }
        let fits = try await post(version, "/count", big.prefix(100_000), ["--data-binary", "@-"])
        #expect(fits.status == 200 && fits.body == "100000")
      }
    }
  }

  @Test("A handler that does not read its body answers all the same")
  func unreadBody() async throws {
    let big = Data(repeating: 120, count: 1_000_000)
    try await serving { (_: TestServer, post: @escaping Posting) in
      for version in Version.allCases {
        let response = try await post(version, "/unread", big, ["-H", "expect:", "--data-binary", "@-"])
        #expect(response.status == 200 && response.body == "not interested", "\(version)")
      }
    }
  }

  @Test("A header list over the limit is answered 431 over HTTP/2, and no request reaches a handler")
  func headersTooLarge() async throws {
    var limits = HTTPLimits()
    limits.maxHeaderListBytes = 4000
    try await serving(limits: limits) { (_: TestServer, request: @escaping Requesting) in
      let large = "x-large: " + String(repeating: "y", count: 5000)
      let many = (0..<120).flatMap { ["-H", "x-\($0): 1"] }
      for (fields, status) in [(["-H", large], 431), (many, 431), ([], 200)] {
        let response = try await request(.http2, "/hello", fields)
        #expect(response.status == status)
      }
    }
  }

  @Test("CONNECT is answered 501, a field name that is none 400, and a method that is none resets the stream")
  func malformed() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try await client.open()
      let connect = RawClient.block([(":method", "CONNECT"), (":authority", "localhost:80")])
      try await client.send(RawClient.frame(RawClient.FrameType.headers, 4, 1, connect))
      #expect(try await client.first { $0.stream == 1 }?.responseStatus == 501)
      try await client.send(RawClient.headers(3, "GET", "/hello", [("x y", "1")]))
      #expect(try await client.first { $0.stream == 3 }?.responseStatus == 400)
      try await client.send(RawClient.headers(5, "G(T", "/hello"))
      let reset = try await client.first { $0.stream == 5 }
      #expect(reset?.type == RawClient.FrameType.reset && reset?.errorCode == RawClient.ErrorCode.protocolError)
    }
  }
}
