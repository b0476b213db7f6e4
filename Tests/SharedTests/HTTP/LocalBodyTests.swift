import Testing

@testable import HTTP

@Suite("A body that no network brought", .timeLimit(.minutes(1)))
struct LocalBodyTests {
  private func response(_ parts: [String], ends: Bool, onEnd: @escaping @Sendable () -> Void = {}) -> ClientResponse {
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    for part in parts { continuation.yield(Array(part.utf8)) }
    if ends { continuation.finish() }
    let body = ResponseBody(parts: stream) {
      onEnd()
      continuation.finish()
    }
    return ClientResponse(status: 200, headers: ResponseHeaders(), body: body)
  }

  @Test("It is read as a whole, within the limit, or by lines")
  func reading() async throws {
    #expect(try await response(["ab", "cd"], ends: true).collect(upTo: 4) == Array("abcd".utf8))
    await #expect(throws: HTTPError.bodyTooLarge(limit: 3)) { try await response(["ab", "cd"], ends: true).collect(upTo: 3) }
    var lines: [String] = []
    for try await line in response(["one\ntw", "o\nthree"], ends: true).body.lines(limit: 10) {
      lines.append(String(decoding: line, as: UTF8.self))
    }
    #expect(lines == ["one", "two", "three"])
  }

  @Test("Its maker hears when nobody reads it any more")
  func lettingGo() async {
    let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
    do { _ = response(["ab"], ends: false) { continuation.finish() } }
    for await _ in ended {}
  }

  @Test("A cancelled reader gets what a cancelled exchange gives")
  func cancelling() async {
    let reader = Task { try await response(["ab"], ends: false).collect(upTo: 10) }
    reader.cancel()
    await #expect(throws: HTTPError.cancelled) { try await reader.value }
  }
}
