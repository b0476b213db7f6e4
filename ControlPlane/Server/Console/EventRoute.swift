import HTTPTypes
import Hummingbird
import NIOCore
import Pipeline
import Wire

/// `GET /events`: what happens, as it happens. With `Last-Event-ID` a reader first gets what it missed.
struct EventRoute: Sendable {
  /// Missed entries read at a time.
  static let pageSize = 1000

  let archive: any IncidentArchive
  let feed: LiveFeed

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.get("/events") { request, _ in await events(request) }
  }

  private func events(_ request: Request) async -> Response {
    guard let items = feed.subscribe() else { return .json(.serviceUnavailable, Refusal("too many readers"), retryAfter: 5) }
    let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { Int64($0) }
    return await answering {
      try await archive.checkLiveness()
      let body = ResponseBody { writer in
        try await writer.write(ByteBuffer(string: ": connected\n\n"))
        var caughtUp: Int64 = 0
        if var after = last {
          while case let missed = try await archive.timeline(after: after, limit: Self.pageSize), let end = missed.last {
            try await writer.write(Self.frames(missed))
            after = end.sequence
            caughtUp = end.sequence
          }
        }
        for await item in items { try await writer.write(Self.frames(item, after: caughtUp)) }
        try await writer.finish(nil)
      }
      return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
  }

  /// - Parameter sequence: entries up to it were sent already.
  private static func frames(_ item: LiveFeed.Item, after sequence: Int64) -> ByteBuffer {
    guard case .commit(let commit) = item else { return ByteBuffer(string: ":\n\n") }
    var buffer = frames(commit.timeline.filter { $0.sequence > sequence })
    for incident in commit.incidents { append("incident", id: nil, IncidentRow(incident), to: &buffer) }
    return buffer
  }

  private static func frames(_ timeline: [StoredTimelineEntry]) -> ByteBuffer {
    var buffer = ByteBuffer()
    for entry in timeline { append("timeline", id: entry.sequence, TimelineLine(entry), to: &buffer) }
    return buffer
  }

  /// JSON has no line breaks outside of strings, and escapes those inside: one data line is enough.
  private static func append(_ event: String, id: Int64?, _ value: some Encodable, to buffer: inout ByteBuffer) {
    guard let bytes = try? CanonicalJSON.bytes(of: value) else { return }
    buffer.writeString("event: \(event)\n")
    if let id { buffer.writeString("id: \(id)\n") }
    buffer.writeString("data: ")
    buffer.writeBytes(bytes)
    buffer.writeString("\n\n")
  }
}
