import NIOCore

/// Names a stream of a connection from any thread. Stream identifiers are never reused within a connection, and the
/// handle keeps the connection alive, so equal handles are the same stream.
struct StreamHandle: Sendable, Hashable {
  let id: Int32
  private let connection: NIOLoopBound<Connection>
  private let key: ObjectIdentifier

  init(_ id: Int32, of connection: NIOLoopBound<Connection>) {
    self.id = id
    self.connection = connection
    key = ObjectIdentifier(connection.value)
  }

  var eventLoop: any EventLoop { connection.eventLoop }

  /// Runs `body` on the event loop: at once when already there, otherwise later.
  func onLoop(_ body: @escaping @Sendable (Connection, Int32) -> Void) {
    if connection.eventLoop.inEventLoop {
      body(connection.value, id)
    } else {
      connection.eventLoop.execute { [self] in body(connection.value, id) }
    }
  }

  /// Waits for what `body` promises, with a hop to the event loop if need be.
  func wait<Value: Sendable>(
    _ body: @escaping @Sendable (Connection, Int32) -> EventLoopFuture<Value>
  ) async throws -> Value {
    let future =
      connection.eventLoop.inEventLoop
      ? body(connection.value, id)
      : connection.eventLoop.flatSubmit { [self] in body(connection.value, id) }
    return try await future.get()
  }

  /// Queues a part of a response body. Returns what to wait for before the next one, if anything.
  func write(_ part: ByteBuffer) async throws -> EventLoopFuture<Void>? {
    if connection.eventLoop.inEventLoop { return try connection.value.write(id, part).get() }
    return try await connection.eventLoop.submit { [self] in try connection.value.write(id, part).get() }.get()
  }

  static func == (left: Self, right: Self) -> Bool { left.key == right.key && left.id == right.id }

  func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(id)
  }
}
