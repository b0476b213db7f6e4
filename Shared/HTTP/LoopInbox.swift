import CCurl

/// How tasks reach the loop thread: a queue of commands, and the call that wakes the loop.
///
/// The queue is bounded: an exchange posts one start, at most one end and at most one resume at a time, and there are
/// at most `limit` exchanges.
final class LoopInbox: Sendable {
  enum Command: Sendable {
    case start(PreparedRequest, Exchange)
    /// The reader lost interest.
    case end(Exchange.ID)
    /// The reader made room in a full buffer.
    case resume(Exchange.ID)
  }

  private enum Phase: Sendable {
    case open
    /// No more exchanges, no more commands.
    case stopping
    /// The loop has freed the multi handle and runs no more.
    case ended
  }

  private struct State: Sendable {
    var commands: [Command] = []
    var underWay = 0
    var lastID: Exchange.ID = 0
    var phase = Phase.open
    var endWaiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Proof for `nonisolated(unsafe)`: the pointer is constant. It is passed here to nothing but `curl_multi_wakeup`, which
  /// libcurl documents as callable from any thread, and only under the lock and before the phase leaves `open` (or in
  /// the step in which it does). The loop thread, which alone makes every other call, frees the handle only after it has
  /// seen under the same lock that the phase is no longer `open`. Without the lock a wake-up could hit a freed handle, or a
  /// request could be queued behind the loop's last look.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
  private let limit: Int
  private let state = Locked(State())

  init(multi: UnsafeMutableRawPointer, limit: Int) {
    self.multi = multi
    self.limit = limit
  }

  /// - Throws: `.closed` or `.overloaded(limit:)`.
  func start(_ request: PreparedRequest, bufferLimit: Int) throws(HTTPError) -> Exchange {
    try state.withLock { state throws(HTTPError) in
      guard state.phase == .open else { throw .closed }
      guard state.underWay < limit else { throw .overloaded(limit: limit) }
      state.underWay += 1
      state.lastID += 1
      let exchange = Exchange(id: state.lastID, inbox: self, bufferLimit: bufferLimit)
      state.commands.append(.start(request, exchange))
      curl_multi_wakeup(multi)
      return exchange
    }
  }

  func post(_ command: Command) {
    state.withLock { state in
      guard state.phase == .open else { return }
      state.commands.append(command)
      curl_multi_wakeup(multi)
    }
  }

  /// Asks the loop to end everything and return.
  func stop() {
    state.withLock { state in
      guard state.phase == .open else { return }
      state.phase = .stopping
      curl_multi_wakeup(multi)
    }
  }

  /// Returns when the loop has ended.
  func awaitEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.phase == .ended { return true }
        state.endWaiters.append(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }
}

// The loop's side.
extension LoopInbox {
  /// The whole life of the loop, on the thread that calls this: the only one to get the multi handle.
  func runLoop(_ configuration: HTTPClient.Configuration) {
    TransferLoop(inbox: self, multi: multi, configuration: configuration).run()
  }

  func takeCommands() -> (commands: [Command], isStopping: Bool) {
    state.withLock { state in
      let commands = state.commands
      state.commands = []
      return (commands, state.phase != .open)
    }
  }

  /// One exchange less is under way.
  func exchangeEnded() { state.withLock { $0.underWay -= 1 } }

  /// The last call of the loop.
  func loopEnded() {
    let waiters = state.withLock { state in
      state.phase = .ended
      defer { state.endWaiters = [] }
      return state.endWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
