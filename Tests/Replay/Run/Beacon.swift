import Synchronization

/// Tells any number of waiters that something changed. Who has seen a version waits for a later one, and so misses none.
final class Beacon: Sendable {
  private struct State {
    var version: UInt64 = 0
    var serial: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  var version: UInt64 { state.withLock { $0.version } }

  func raise() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when there is a later version, or the task is cancelled.
  func wait(after version: UInt64) async {
    let id = state.withLock { state in
      state.serial += 1
      return state.serial
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard state.version <= version, !Task.isCancelled else { return true }
          state.waiters[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
