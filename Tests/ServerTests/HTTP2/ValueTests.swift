import HTTPTypes
import NIOCore
import Testing

@testable import HTTP2

@Suite("Values of the HTTP/2 module")
struct ValueTests {
  @Test(
    "Dates are formatted as RFC 9110 says",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
      (-5, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
  func dates(seconds: Int, text: String) {
    #expect(HTTPDate.format(seconds) == text)
  }

  @Test("A bucket gives its burst at once and refills at its rate")
  func bucket() {
    let start = NIODeadline.now()
    let rate = HTTPLimits.Rate(burst: 3, perSecond: 2)
    var bucket = TokenBucket(at: start)
    #expect((0..<4).map { _ in bucket.spend(rate, at: start) } == [true, true, true, false])
    #expect((0..<2).map { _ in bucket.spend(rate, at: start + .milliseconds(500)) } == [true, false])
    #expect((0..<4).map { _ in bucket.spend(rate, at: start + .seconds(60)) } == [true, true, true, false])
  }

  private func head(_ fields: [(String, String)], _ limits: HTTPLimits = HTTPLimits()) -> RequestHead.Verdict {
    var head = RequestHead()
    for (name, value) in [(":method", "GET"), (":scheme", "https"), (":path", "/x")] + fields {
      let (name, value) = (Array(name.utf8), Array(value.utf8))
      _ = name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { head.add(name, $0, limits) } }
    }
    return head.verdict(limits)
  }

  @Test("Host stands in for a missing authority, and must not contradict one")
  func authority() {
    let wanted = HTTPRequest(method: .get, scheme: "https", authority: "a", path: "/x")
    #expect(head([("host", "a")]) == .accepted(wanted))
    #expect(head([(":authority", "a"), ("host", "a")]) == .accepted(wanted))
    #expect(head([(":authority", "a"), ("host", "b")]) == .refused(.badRequest))
    #expect(head([("host", "a"), ("host", "a")]) == .refused(.badRequest))
  }

  @Test("Cookies become one field, other repeated fields stay apart")
  func cookies() throws {
    guard case .accepted(let request) = head([("cookie", "a=1"), ("x", "1"), ("cookie", "b=2"), ("x", "2")]) else {
      Issue.record("refused")
      return
    }
    #expect(request.headerFields[.cookie] == "a=1; b=2")
    #expect(request.headerFields[values: try #require(HTTPField.Name("x"))] == ["1", "2"])
  }

  @Test("An announced body over the limit, a long list and too many fields are refused")
  func limits() {
    var limits = HTTPLimits()
    limits.maxRequestBodyBytes = 10
    #expect(head([("content-length", "11")], limits) == .refused(.contentTooLarge))
    limits.maxHeaderFields = 4
    #expect(head([("a", "1"), ("b", "2")], limits) == .refused(.requestHeaderFieldsTooLarge))
    limits = HTTPLimits()
    limits.maxHeaderListBytes = 200
    #expect(head([("a", String(repeating: "x", count: 200))], limits) == .refused(.requestHeaderFieldsTooLarge))
  }

  @Test("Response fields lose what belongs to a connection and get length and date")
  func responseFields() {
    let head = HTTPResponse(
      status: .ok, headerFields: [.connection: "close", .contentLength: "7", .contentType: "text/plain"])
    let fields = ResponseHead.fields(head, bodyLength: 5, date: "now")
    #expect(fields.map(\.name) == [":status", "content-type", "content-length", "date"])
    #expect(fields.map(\.value) == ["200", "text/plain", "5", "now"])
    let none = ResponseHead.fields(
      HTTPResponse(status: .noContent, headerFields: [.contentLength: "0"]), bodyLength: 0, date: "now")
    #expect(none.map(\.name) == [":status", "date"])
  }

  private func pull(_ body: OutboundBody, _ room: Int) -> OutboundBody.Pulled {
    withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { body.pull(into: $0, now: .now()) }
  }

  @Test("A body of known length ends with its last byte, one of unknown length when its handler says so")
  func ends() throws {
    let known = OutboundBody(length: 5, expectsTrailers: false, capacity: 100, now: .now())
    try known.write(ByteBuffer(string: "hel"), now: .now())
    #expect(pull(known, 2) == .bytes(2) && pull(known, 2) == .bytes(1) && pull(known, 2) == .nothingYet)
    try known.write(ByteBuffer(string: "lo"), now: .now())
    #expect(pull(known, 10) == .last(2))
    #expect(throws: StreamError.responseTooLong) { try known.write(ByteBuffer(string: "!"), now: .now()) }
    let unknown = OutboundBody(length: nil, expectsTrailers: false, capacity: 100, now: .now())
    try unknown.write(ByteBuffer(string: "hello"), now: .now())
    #expect(pull(unknown, 10) == .bytes(5) && pull(unknown, 10) == .nothingYet)
    #expect(unknown.finish(nil))
    #expect(unknown.takeDeferred() && !unknown.takeDeferred())
    #expect(pull(unknown, 10) == .last(0))
  }

  @Test("A body that is shorter than announced cannot be finished, and announced trailers keep its end open")
  func announced() throws {
    let short = OutboundBody(length: 5, expectsTrailers: false, capacity: 100, now: .now())
    try short.write(ByteBuffer(string: "hel"), now: .now())
    #expect(!short.finish(nil))
    let trailing = OutboundBody(length: 3, expectsTrailers: true, capacity: 100, now: .now())
    try trailing.write(ByteBuffer(string: "abc"), now: .now())
    #expect(pull(trailing, 10) == .bytes(3) && pull(trailing, 10) == .nothingYet)
    #expect(trailing.finish([.server: "x"]) && pull(trailing, 10) == .last(0))
  }
}
