import Foundation
import HTTP

/// A Qdrant on loopback, made of the official Python client's local mode (`Tests/Python/qdrant-server.py`). `QDRANT_PYTHON` names a Python
/// that has the packages `qdrant-client` and `jsonschema`.
public struct QdrantServer: Sendable {
  public static let python = ProcessInfo.processInfo.environment["QDRANT_PYTHON"]
  public static let key = "qdrant-key-of-the-tests"

  /// Qdrant's own description of its interface, beside the repository; where it is absent requests are not validated.
  public static var openAPI: String? {
    let path = Checkout.root + "/../shared/specs/qdrant-openapi.json"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  public let url: String
  private let process: ChildProcess
  private let http: HTTPClient

  /// The server, for as long as `body` runs. At its end no request may have been refused by the OpenAPI document.
  public static func run<Result: Sendable>(
    _ body: @Sendable (QdrantServer) async throws -> Result
  ) async throws -> Result {
    let directory = try WorkingDirectory(prefix: "ai-sre-qdrant")
    defer { directory.remove() }
    let portFile = directory.path("port")
    let process = try ChildProcess(
      .init(
        name: "qdrant", program: try Checkout.systemProgram(python ?? "$QDRANT_PYTHON"),
        arguments: [Checkout.root + "/Tests/Python/qdrant-server.py", portFile, key] + [openAPI].compactMap(\.self),
        environment: ["PATH": "/usr/bin:/bin"], directory: directory.path))
    let http = HTTPClient()
    let ending: Swift.Result<Result, any Error>
    do {
      let port = try await waitFor("qdrant-server.py listens", within: .seconds(60)) {
        if process.ending != nil { throw QdrantServerError(detail: process.logTail()) }
        return try? String(contentsOfFile: portFile, encoding: .utf8)
      }
      let server = QdrantServer(url: "http://127.0.0.1:\(port)", process: process, http: http)
      let result = try await body(server)
      if process.ending == nil { try await server.expectNoRejections() }
      ending = .success(result)
    } catch {
      ending = .failure(error)
    }
    await process.killAndWait()
    await http.shutdown()
    return try ending.get()
  }

  /// Ends it, as a machine that fails does.
  public func kill() async { await process.killAndWait() }

  /// Stops it from answering; connections are still taken.
  public func freeze() { process.signal(SIGSTOP) }

  private func expectNoRejections() async throws {
    let response = try await http.send(ClientRequest(url + "/rejections"))
    let text = String(decoding: try await response.collect(upTo: 1 << 20), as: UTF8.self)
    guard text.contains(#""result": []"#) else { throw QdrantServerError(detail: text) }
  }
}

public struct QdrantServerError: Error, CustomStringConvertible {
  let detail: String

  public var description: String { "the Qdrant of the tests: \(detail)" }
}
