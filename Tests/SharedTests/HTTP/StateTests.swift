import Testing

@testable import HTTP

extension HTTPTests {
  @Suite("The pure parts")
  struct State {
    private func origin(_ url: String) throws -> Origin { try Origin(url: url, schemes: ["http", "https"]) }

    @Test("Slots: a host over HTTP/1.1 gets its connections, others wait in order")
    func slots() throws {
      var slots = ConnectionSlots(limit: 2)
      let (a, b) = (try origin("http://a"), try origin("http://b"))
      let entered = (1...5).map { slots.enter($0, a) }
      #expect(entered == [true, true, false, false, false])
      let other = slots.enter(6, b)
      #expect(other)
      slots.withdraw(4, a)
      let next = (1...4).map { _ in slots.leave(a) }
      #expect(next == [3, 5, nil, nil])
      let last = slots.leave(b)
      #expect(last == nil)
      let again = slots.enter(7, a)
      #expect(again)
    }

    @Test("Slots: a TLS host counts as multiplexing until it answers over HTTP/1.1, and again when that changes")
    func learning() throws {
      var slots = ConnectionSlots(limit: 1)
      let host = try origin("https://a")
      let unknown = (1...2).map { slots.enter($0, host) }
      #expect(unknown == [true, true])
      let released = slots.learn(host, isMultiplexed: false)
      #expect(released == [])
      let serial = (3...4).map { slots.enter($0, host) }
      #expect(serial == [false, false])
      let next = (1...2).map { _ in slots.leave(host) }
      #expect(next == [nil, 3], "one of the first two is still running when the other leaves")
      let multiplexed = slots.learn(host, isMultiplexed: true)
      #expect(multiplexed == [4])
      let again = slots.enter(5, host)
      #expect(again)
    }

    @Test("Slots: hosts are the same when scheme, name and port are")
    func origins() throws {
      #expect(try origin("http://a/x") == origin("http://A:80/y?z"))
      #expect(try origin("http://a") != origin("https://a"))
      #expect(try origin("http://a") != origin("http://a:81"))
      #expect(try origin("http://[fe80::1%25eth0]/").hasZone)
      #expect(try !origin("http://[::1]/").hasZone)
    }

    @Test("Lanes: the lowest free number, never one twice")
    func lanes() {
      var lanes = ConnectionLanes()
      let first = (1...3).map { _ in lanes.take() }
      #expect(first == [1, 2, 3])
      lanes.giveBack(2)
      let second = (1...2).map { _ in lanes.take() }
      #expect(second == [2, 4])
    }

    private func events(_ lines: [String], limit: Int = 1000) -> ([ResponseHeadBuilder.Event], ResponseHead) {
      var builder = ResponseHeadBuilder(limit: limit)
      let events = lines.map { line in Array(line.utf8).withUnsafeBytes { builder.add($0) } }
      return (events, builder.head)
    }

    @Test("Head: names in lower case, values trimmed, folded lines joined")
    func head() {
      let (events, head) = events([
        "HTTP/2 200 \r\n", "X-One:  a b \t\r\n", "X-Fold: c\r\n", "  HTTP/1.1 d\r\n", "broken\r\n", "\r\n",
      ])
      #expect(events == [.more, .more, .more, .more, .more, .complete])
      #expect(head.status == 200)
      #expect(head.headers.fields.map(\.name) == ["x-one", "x-fold"])
      #expect(head.headers["X-one"] == "a b")
      #expect(head.headers["x-fold"] == "c HTTP/1.1 d")
    }

    @Test("Head: interim ones start over, what follows the final one is dropped, all of it counts")
    func headLimit() {
      let lines = ["HTTP/1.1 100 Continue\r\n", "A: b\r\n", "\r\n", "HTTP/1.1 204 No Content\r\n", "\r\n", "Trailer: x\r\n"]
      let (whole, head) = events(lines)
      #expect(whole == [.more, .more, .more, .more, .complete, .more])
      #expect(head.status == 204)
      #expect(head.headers.fields.isEmpty)
      let size = lines.map(\.utf8.count).reduce(0, +)
      #expect(events(lines, limit: size).0.last == .more)
      #expect(events(lines, limit: size - 1).0.last == .tooLarge)
    }

    @Test("Lines: the same for every way to cut the bytes into two parts")
    func splitter() throws {
      let bytes = Array("a\n\nbc\nd".utf8)
      for cut in 0...bytes.count {
        var splitter = LineSplitter(limit: 2)
        var lines: [[UInt8]] = []
        for part in [bytes[..<cut], bytes[cut...]] where !part.isEmpty {
          splitter.add(Array(part))
          while let line = try splitter.next() { lines.append(line) }
        }
        #expect(lines.map(text) == ["a", "", "bc"])
        let rest = [splitter.rest(), splitter.rest()]
        #expect(rest == [Array("d".utf8), nil])
      }
    }

    @Test("Lines: the limit holds for finished and unfinished lines")
    func splitterLimit() throws {
      for content in ["abc\n", "abc"] {
        var splitter = LineSplitter(limit: 2)
        splitter.add(Array(content.utf8))
        #expect(throws: HTTPError.lineTooLong(limit: 2)) { try splitter.next() }
      }
    }

    @Test("Durations reach libcurl within its range, and never as 0, which would mean its own default")
    func durations() {
      #expect(Duration.seconds(1).curlMilliseconds == 1000)
      #expect(Duration.microseconds(1).curlMilliseconds == 1)
      #expect(Duration.seconds(-5).curlMilliseconds == 1)
      #expect(Duration.seconds(Int64.max).curlMilliseconds == Int(Int32.max))
      #expect(MonotonicTime.now + .seconds(Int64.max) == .distantFuture)
    }

    @Test("Replies: the last line of each, with its words on one line")
    func replies() {
      func reply(_ line: String) -> SMTPReply? { Array(line.utf8).withUnsafeBytes { SMTPReply($0) } }
      #expect(reply("250 OK\r\n") == SMTPReply(code: 250, text: "OK"))
      #expect(reply("250\r\n") == SMTPReply(code: 250, text: ""))
      #expect(reply("550 a\u{7}b\r\n") == SMTPReply(code: 550, text: "a b"))
      #expect(reply("250-more\r\n") == nil)
      #expect(reply("hello\r\n") == nil)
    }

    @Test("Errors say in words what happened")
    func descriptions() {
      #expect("\(HTTPError.timedOut(.idle))" == "timed out: no byte arrived within the idle deadline")
      #expect("\(HTTPError.bodyTooLarge(limit: 5))" == "the response body is larger than 5 bytes")
      #expect(HTTPError.oneLine("a\r\nb\n") == "a  b")
    }

    @Test("The heap can be trimmed and its arenas limited")
    func heap() {
      HeapTuning.trim()
      #expect(!HeapTuning.limitArenas(0))
    }
  }
}
