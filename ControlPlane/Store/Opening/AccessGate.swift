import Pipeline
import Synchronization

/// Counts who waits for the database, refuses those over the limit, and lets the last one out before it closes.
final class AccessGate: Sendable {
  private struct State {
    var waiting = 0
    var isClosed = false
    var closer: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let limit: Int
  private let name: String

  init(limit: Int, name: String) {
    self.limit = limit
    self.name = name
  }

  func enter() throws(StoreError) {
    try state.withLock { state throws(StoreError) in
      if state.isClosed { throw .unavailable("the database is closed") }
      guard state.waiting < limit else { throw .unavailable("\(limit) \(name) are waiting already") }
      state.waiting += 1
    }
  }

  func leave() {
    let closer = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.waiting -= 1
      guard state.waiting == 0 else { return nil }
      defer { state.closer = nil }
      return state.closer
    }
    closer?.resume()
  }

  /// Refuses everybody from now on, and returns when those inside have left.
  func close() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        let isFirst = !state.isClosed
        state.isClosed = true
        guard isFirst, state.waiting > 0 else { return true }
        state.closer = continuation
        return false
      }
      if isIdle { continuation.resume() }
    }
  }
}
