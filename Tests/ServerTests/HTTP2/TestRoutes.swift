import HTTPTypes
import Hummingbird
import NIOCore

@testable import HTTP2

struct Unexpected: Error, CustomStringConvertible {
  var description: String { "password=hunter2" }
}

/// The routes that the tests of the listener use.
enum TestRoutes {
  static func responder(_ probe: Probe, _ parking: (any StreamParking)?) -> some HTTPResponder<TestContext> {
    let router = Router(context: TestContext.self, options: .autoGenerateHeadEndpoints)
    addRequests(router)
    addStreaming(router, probe)
    addWaiting(router, probe, parking)
    return router.buildResponder()
  }

  private static func addRequests(_ router: Router<TestContext>) {
    router.get("hello") { _, _ in "hello" }
    router.post("echo") { request, _ -> ByteBuffer in try await request.body.collect(upTo: 1 << 20) }
    router.post("count") { request, _ -> String in
      var count = 0
      for try await part in request.body { count += part.readableBytes }
      return "\(count)"
    }
    router.get("conflict") { _, _ -> String in throw HTTPError(.conflict, message: "already there") }
    router.get("failure") { _, _ -> String in throw Unexpected() }
    router.get("nothing") { _, _ in HTTPResponse.Status.noContent }
    router.post("unread") { _, _ in "not interested" }
    router.get("request") { request, context -> String in
      var lines = ["authority: \(request.head.authority ?? "-")", "id: \(context.id.isEmpty ? "-" : "present")"]
      lines += request.headers.map { "\($0.name.canonicalName): \($0.value)" }.sorted()
      return lines.joined(separator: "\n")
    }
    router.get("connection-fields") { _, _ in
      Response(
        status: .ok, headers: [.connection: "keep-alive", .transferEncoding: "chunked", .server: "test"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "fine")))
    }
  }

  private static func addStreaming(_ router: Router<TestContext>, _ probe: Probe) {
    router.get("stream/:bytes") { _, context in
      let bytes = try context.parameters.require("bytes", as: Int.self)
      return Response(status: .ok, body: ResponseBody { writer in try await write(bytes, to: &writer, probe) })
    }
    router.get("known/:bytes") { _, context in
      let bytes = try context.parameters.require("bytes", as: Int.self)
      return Response(
        status: .ok, body: ResponseBody(contentLength: bytes) { writer in try await write(bytes, to: &writer, probe) })
    }
    router.get("late-end") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "first "))
          try await Task.sleep(for: .milliseconds(2))
          try await writer.write(ByteBuffer(string: "second"))
          try await Task.sleep(for: .milliseconds(2))
          try await writer.finish(nil)
        })
    }
    router.get("known-late-end") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: 40_000) { writer in
          try await writer.write(ByteBuffer(repeating: 120, count: 40_000))
          try await Task.sleep(for: .milliseconds(2))
          try await writer.finish(nil)
        })
    }
    router.get("trailers") { _, _ in
      Response(
        status: .ok, headers: [.trailer: "x-checksum"],
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "body"))
          try await writer.finish([HTTPField.Name("x-checksum")!: "42"])
        })
    }
    router.get("broken") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "some"))
          throw Unexpected()
        })
    }
    router.get("too-short") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: 50_000) { writer in
          try await writer.write(ByteBuffer(string: "some"))
          try await writer.finish(nil)
        })
    }
    router.get("endless") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          probe.note("endless began")
          defer { probe.note("endless ended") }
          while true {
            try await writer.write(ByteBuffer(repeating: 120, count: 1000))
            probe.note("endless wrote")
          }
        })
    }
    router.get("events") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          probe.note("events began")
          defer { probe.note("events ended") }
          try await writer.write(ByteBuffer(string: "data: one\n\n"))
          try await Task.sleep(for: .seconds(3600))
        })
    }
  }

  private static func addWaiting(_ router: Router<TestContext>, _ probe: Probe, _ parking: (any StreamParking)?) {
    router.get("hang") { _, _ -> String in
      probe.note("hang began")
      do { try await Task.sleep(for: .seconds(3600)) } catch { probe.note("hang cancelled") }
      return "late"
    }
    router.get("gate") { _, _ -> String in
      probe.note("gate reached")
      try await probe.wait(for: "gate opened", within: .seconds(30))
      return "through"
    }
    router.get("stubborn") { _, _ -> String in
      probe.note("stubborn began")
      // A task of its own does not hear of the cancellation.
      while probe.count("gate opened") == 0 { try? await Task { try await Task.sleep(for: .milliseconds(2)) }.value }
      return "at last"
    }
    router.post("slow-reader") { request, _ -> String in
      probe.note("slow reader began")
      try await probe.wait(for: "read on", within: .seconds(30))
      var count = 0
      for try await part in request.body { count += part.readableBytes }
      return "\(count)"
    }
    router.get("park") { _, context in
      guard let stream = context.stream, let lot = parking as? TestParking else { throw HTTPError(.httpVersionNotSupported) }
      await Task.yield()
      return stream.park(with: lot) { parked in lot.keep(parked) }
    }
  }

  private static func write(_ bytes: Int, to writer: inout any ResponseBodyWriter, _ probe: Probe) async throws {
    var left = bytes
    while left > 0 {
      let part = min(left, 10_000)
      try await writer.write(ByteBuffer(repeating: 120, count: part))
      left -= part
      probe.note("part written")
    }
    try await writer.finish(nil)
  }
}
