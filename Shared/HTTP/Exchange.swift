/// What the loop thread and the awaiting tasks share about one exchange: head, waiting body bytes, and how it ended.
///
/// The first end wins. A cancelled task is answered at once; the loop takes the transfer down right after.
final class Exchange: Sendable {
  typealias ID = UInt64

  enum Delivery {
    /// The bytes were taken.
    case taken
    /// The buffer is full: the loop pauses the transfer, and is told when to go on.
    case full
  }

  private typealias HeadWaiter = CheckedContinuation<Result<ResponseHead, HTTPError>, Never>
  private typealias BodyWaiter = CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>

  private struct State: Sendable {
    var head: ResponseHead?
    var buffer: [UInt8] = []
    var isPaused = false
    var end: Result<Void, HTTPError>?
    var headWaiter: HeadWaiter?
    var bodyWaiter: BodyWaiter?
  }

  let id: ID
  private let inbox: LoopInbox
  private let bufferLimit: Int
  private let state = Locked(State())

  init(id: ID, inbox: LoopInbox, bufferLimit: Int) {
    self.id = id
    self.inbox = inbox
    // A pause is lifted when the reader takes what waits, so something must be able to wait.
    self.bufferLimit = max(1, bufferLimit)
  }

  /// Ends the exchange from the reader's side, unless it has ended.
  func cancel() {
    if end(.failure(.cancelled)) { inbox.post(.end(id)) }
  }
}

// The reader's side.
extension Exchange {
  func awaitHead() async throws(HTTPError) -> ResponseHead {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Result<ResponseHead, HTTPError>? = state.withLock { state in
          if let head = state.head { return .success(head) }
          if case .failure(let error) = state.end { return .failure(error) }
          state.headWaiter = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  /// All bytes that wait, or else the next that arrive; nil at the end of a complete body.
  func nextPart(isolation: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (known, mayGoOn) = takePart(orWait: continuation)
        if mayGoOn { inbox.post(.resume(id)) }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  private func takePart(orWait continuation: BodyWaiter) -> (known: Result<[UInt8]?, HTTPError>?, mayGoOn: Bool) {
    state.withLock { state in
      if case .failure(.cancelled) = state.end { return (.failure(.cancelled), false) }
      if !state.buffer.isEmpty {
        let part = state.buffer
        state.buffer = []
        defer { state.isPaused = false }
        return (.success(part), state.isPaused)
      }
      switch state.end {
      case .success: return (.success(nil), false)
      case .failure(let error): return (.failure(error), false)
      case nil: break
      }
      guard state.bodyWaiter == nil else {
        return (.failure(.invalidRequest("the body is being read by another task; it has a single consumer")), false)
      }
      state.bodyWaiter = continuation
      return (nil, false)
    }
  }
}

// The loop's side.
extension Exchange {
  var hasEnded: Bool { state.withLock { $0.end != nil } }

  func deliver(_ head: ResponseHead) {
    let waiter = state.withLock { state in
      state.head = head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: .success(head))
  }

  func deliver(_ bytes: UnsafeRawBufferPointer) -> Delivery {
    let (waiter, delivery) = state.withLock { state -> (BodyWaiter?, Delivery) in
      guard state.end == nil else { return (nil, .taken) }
      if let waiter = state.bodyWaiter {
        state.bodyWaiter = nil
        return (waiter, .taken)
      }
      guard state.buffer.count < bufferLimit else {
        state.isPaused = true
        return (nil, .full)
      }
      state.buffer.append(contentsOf: bytes)
      return (nil, .taken)
    }
    waiter?.resume(returning: .success(Array(bytes)))
    return delivery
  }

  /// - Returns: false when the exchange had ended before.
  @discardableResult
  func end(_ end: Result<Void, HTTPError>) -> Bool {
    let waiters = state.withLock { state -> (head: HeadWaiter?, body: BodyWaiter?)? in
      guard state.end == nil else { return nil }
      state.end = end
      if case .failure(.cancelled) = end { state.buffer = [] }
      defer { (state.headWaiter, state.bodyWaiter) = (nil, nil) }
      return (state.headWaiter, state.bodyWaiter)
    }
    guard let waiters else { return false }
    waiters.head?.resume(returning: end.flatMap { .failure(.closed) })
    waiters.body?.resume(returning: end.map { nil })
    return true
  }
}
