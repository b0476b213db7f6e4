import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// One request to the responder and its response back, for both versions of HTTP: request id, error mapping and date
/// are the same, so that a client cannot tell the paths apart.
///
/// The type of responder and context is erased here, once per listener.
struct RequestExchange: Sendable {
  /// Bodies of known length up to this many bytes are collected, so that head and body leave in one step.
  private static let collectedBodyBytes = 32 * 1024
  /// Bytes of a request that are read for a handler that did not.
  private static let drainedBodyBytes = 1024 * 1024

  /// Never throws: errors have become responses.
  let respond: @Sendable (Request, any Channel, RequestStream?) async -> Response
  private let logger: Logger

  init<Responder: HTTPResponder>(
    _ responder: Responder, logger: Logger,
    _ context: @escaping @Sendable (any Channel, Logger, RequestStream?) -> Responder.Context
  ) where Responder.Context: RequestContext {
    self.logger = logger
    respond = { request, channel, stream in
      var logger = logger
      logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
      return await withLogger(logger) { logger in
        let context = context(channel, logger, stream)
        var response: Response
        do {
          response = try await responder.respond(to: request, context: context)
        } catch {
          response = Self.response(to: error, request, context, logger)
        }
        if response.status.code < 200 {
          logger.error("A handler answered with an informational status", metadata: ["status": "\(response.status.code)"])
          response = Response(status: .internalServerError)
        }
        return response
      }
    }
  }

  /// Errors that know their status say it; others say nothing to the peer, and only their type to the log, because
  /// their text may hold what a log must not.
  private static func response(
    to error: any Error, _ request: Request, _ context: some RequestContext, _ logger: Logger
  ) -> Response {
    if let error = error as? any HTTPResponseError, let response = try? error.response(from: request, context: context) {
      return response
    }
    if !(error is CancellationError) {
      logger.error("A handler failed", metadata: ["error.type": "\(type(of: error))"])
    }
    return Response(status: .internalServerError)
  }

  /// Handles a request of HTTP/2 from its head to the end of its response.
  func respond(to head: HTTPRequest, hasBody: Bool, _ handle: StreamHandle, on channel: any Channel) async {
    let body = hasBody ? RequestBody(asyncSequence: RequestBodySequence(handle: handle)) : RequestBody(buffer: ByteBuffer())
    let response = await respond(Request(head: head, body: body), channel, RequestStream(handle: handle))
    let length = response.body.contentLength ?? response.headers[.contentLength].flatMap { Int($0) }
    let reply: Reply
    if head.method == .head || !ResponseHead.mayHaveBody(response.status) {
      reply = Reply(head: response.head)
    } else if let length, length <= Self.collectedBodyBytes {
      reply = await collect(response, length)
    } else {
      return await stream(response, length, handle)
    }
    if hasBody, response.status.code < 300 { await drain(handle) }
    handle.onLoop { connection, id in connection.answerLive(id, reply) }
  }

  /// Lets the peer send what a handler has not read of a request that it took, so far as it is not too much: libcurl 7.88
  /// never ends a request that is answered with success before it is complete.
  private func drain(_ handle: StreamHandle) async {
    var left = Self.drainedBodyBytes
    do {
      for try await part in RequestBodySequence(handle: handle) {
        left -= part.readableBytes
        if left < 0 { break }
      }
    } catch {
      // Too long, too slow or gone: there is nothing to wait for.
    }
  }

  private func collect(_ response: Response, _ length: Int) async -> Reply {
    let collected = CollectedBody()
    do {
      try await response.body.write(CollectingWriter(body: collected))
      let (bytes, trailers) = collected.value
      guard bytes.readableBytes == length else { throw StreamError.responseTooLong }
      return Reply(head: response.head, body: bytes, trailers: trailers)
    } catch {
      return Reply(head: HTTPResponse(status: .internalServerError))
    }
  }

  private func stream(_ response: Response, _ length: Int?, _ handle: StreamHandle) async {
    let head = response.head
    handle.onLoop { connection, id in connection.begin(id, head, length: length) }
    do {
      try await response.body.write(StreamingWriter(handle: handle))
    } catch {
      if !(error is CancellationError), error as? StreamError != .closed {
        logger.error("A response body failed", metadata: ["error.type": "\(type(of: error))"])
      }
    }
    handle.onLoop { connection, id in connection.handlerEnded(id) }
  }
}

/// Writes a response body to its stream, at the pace of the peer.
private struct StreamingWriter: ResponseBodyWriter {
  let handle: StreamHandle

  func write(_ part: ByteBuffer) async throws {
    guard let room = try await handle.write(part) else { return }
    try await withTaskCancellationHandler {
      try await room.get()
    } onCancel: {
      handle.onLoop { connection, id in connection.cancelWrite(id) }
    }
  }

  consuming func finish(_ trailers: HTTPFields?) async throws {
    handle.onLoop { connection, id in connection.finish(id, trailers) }
  }
}

/// What a ``CollectingWriter`` has gathered.
private final class CollectedBody: Sendable {
  private let state = Locked<(bytes: ByteBuffer, trailers: HTTPFields?)>((ByteBuffer(), nil))

  var value: (bytes: ByteBuffer, trailers: HTTPFields?) { state.withLock { $0 } }

  func append(_ part: ByteBuffer) {
    state.withLock { state in
      if state.bytes.readableBytes == 0 {
        state.bytes = part
      } else {
        state.bytes.writeImmutableBuffer(part)
      }
    }
  }

  func end(_ trailers: HTTPFields?) {
    state.withLock { $0.trailers = trailers }
  }
}

private struct CollectingWriter: ResponseBodyWriter {
  let body: CollectedBody

  func write(_ part: ByteBuffer) async throws { body.append(part) }

  consuming func finish(_ trailers: HTTPFields?) async throws { body.end(trailers) }
}
