import HTTP
import Testing

extension HTTPTests {
  /// Runs a client for as long as `body` takes, and shuts it down.
  static func withClient<Result>(
    _ configuration: HTTPClient.Configuration = .init(), _ body: (HTTPClient) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient(configuration: configuration)
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    await client.shutdown()
    return try result.get()
  }

  /// Waits until the condition holds; false when it does not within the time.
  static func eventually(within limit: Duration = .seconds(5), _ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
      guard ContinuousClock.now < end else { return false }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return true
  }

  /// The whole body of the response, as text.
  static func fetch(_ request: ClientRequest, with client: HTTPClient, upTo limit: Int = 1000) async throws -> String {
    text(try await client.send(request).collect(upTo: limit))
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
