import HTTP
import Testing

@testable import Kubernetes

@Suite("Errors as a real API server sends them", .enabled(if: Recordings.arePresent))
struct RecordedErrorTests {
  @Test("Every recorded refusal keeps its code and becomes the matching case")
  func everyRefusal() throws {
    var seen: Set<Int> = []
    for exchange in try Recordings.all() where exchange.status >= 400 {
      let answer = Answer(status: exchange.status, retryAfter: exchange.retryAfter, body: exchange.body)
      #expect(throws: KubernetesError.self) { try answer.object(Pod.self) }
      let status = try #require(answer.error.status, "\(exchange.name)")
      #expect(status.code == exchange.status, "\(exchange.name)")
      #expect(!status.message.isEmpty || exchange.body.isEmpty, "\(exchange.name)")
      #expect(caseName(answer.error) == Self.cases[exchange.status] || status.reason == "AlreadyExists", "\(exchange.name)")
      seen.insert(exchange.status)
    }
    #expect(seen == Set(Self.cases.keys))
  }

  private static let cases = [
    400: "rejected", 401: "unauthorized", 403: "forbidden", 404: "notFound", 405: "rejected", 406: "rejected", 409: "conflict",
    410: "expired", 413: "rejected", 415: "rejected", 422: "invalid", 429: "tooManyRequests", 500: "server", 503: "server",
    504: "server",
  ]

  private func caseName(_ error: KubernetesError) -> String {
    Mirror(reflecting: error).children.first?.label ?? ""
  }

  struct Expectation: CustomTestStringConvertible {
    let file: String
    let name: String
    let reason: String?
    let retryAfter: Duration?
    let mayPassLater: Bool
    var testDescription: String { "\(file) \(name)" }
  }

  @Test(
    "What a caller decides by",
    arguments: [
      Expectation(file: "02", name: "create-again", reason: "AlreadyExists", retryAfter: nil, mayPassLater: false),
      Expectation(file: "02", name: "list-403", reason: "Forbidden", retryAfter: nil, mayPassLater: true),
      Expectation(file: "02", name: "list-401", reason: "Unauthorized", retryAfter: nil, mayPassLater: true),
      Expectation(file: "02", name: "get-404", reason: "NotFound", retryAfter: nil, mayPassLater: false),
      Expectation(file: "02", name: "list-rv-future", reason: "Timeout", retryAfter: .seconds(1), mayPassLater: true),
      Expectation(file: "05", name: "jsonpatch-test-uid-fails", reason: "Invalid", retryAfter: nil, mayPassLater: false),
      Expectation(file: "09", name: "put-stale", reason: "Conflict", retryAfter: nil, mayPassLater: false),
      Expectation(file: "10", name: "post-resource-version", reason: nil, retryAfter: nil, mayPassLater: true),
      Expectation(file: "10", name: "flow-control", reason: nil, retryAfter: .seconds(1), mayPassLater: true),
      Expectation(file: "10", name: "unknown-path", reason: nil, retryAfter: nil, mayPassLater: false),
      Expectation(
        file: "07", name: "budget-not-yet-observed", reason: "TooManyRequests", retryAfter: .seconds(10), mayPassLater: true),
    ])
  func decisions(_ expected: Expectation) throws {
    let exchange = try Recordings.exchange(expected.file, expected.name)
    let error = Answer(status: exchange.status, retryAfter: exchange.retryAfter, body: exchange.body).error
    #expect(error.status?.reason == expected.reason)
    #expect(error.retryAfter == expected.retryAfter)
    #expect(error.mayPassLater == expected.mayPassLater)
  }

  @Test("A long plain-text answer is cut and put on one line")
  func longText() {
    let text = String(repeating: "wall of text\n", count: 10_000)
    let error = Answer(status: 502, retryAfter: nil, body: Array(text.utf8)).error
    #expect(error.status?.message.count == APIStatus.maximumMessageLength)
    #expect(error.status?.message.contains("\n") == false)
  }

  @Test("A Retry-After that is a date, negative or absurd does not make anybody wait for ever")
  func retryAfter() {
    func wait(_ header: String) -> Duration? { Answer(status: 503, retryAfter: header, body: []).error.retryAfter }
    #expect(wait("Wed, 21 Oct 2026 07:28:00 GMT") == nil)
    #expect(wait("-5") == nil)
    #expect(wait("99999999") == .seconds(3600))
  }

  @Test("A success that is not the promised object tells the place and not the content")
  func undecodable() throws {
    let body = Array(#"{"metadata":{"name":"web"},"spec":{"secret":"hunter2"}}"#.utf8)
    let error = #expect(throws: KubernetesError.self) {
      try Answer(status: 200, retryAfter: nil, body: body).object(Deployment.self)
    }
    #expect(error?.description == "the API server's answer could not be read: spec.selector is missing")
  }
}
