import Synchronization
import Wire

/// Wakes those who wait for something to change. A change between looking and waiting is not missed, because a waiter names
/// the last version that it has seen.
package final class ChangeSignal: Sendable {
  private struct State {
    var version = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// Waiters that were cancelled before they had begun to wait.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  package init() {}

  package var version: Int { state.withLock { $0.version } }

  package func raise() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when the version is above `seen`, or when the task is cancelled.
  package func wait(after seen: Int) async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.cancelled.remove(waiter) != nil || state.version > seen { return true }
          state.waiters[waiter] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
      state.withLock { _ = $0.cancelled.remove(waiter) }
    } onCancel: {
      let continuation = state.withLock { state in
        if let continuation = state.waiters.removeValue(forKey: waiter) { return Optional(continuation) }
        state.cancelled.insert(waiter)
        return nil
      }
      continuation?.resume()
    }
  }

  /// As ``wait(after:)``, at the latest until `deadline`.
  func wait(after seen: Int, until deadline: Timestamp, clock: any WallClock) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(after: seen) }
      group.addTask { try? await clock.sleep(until: deadline, tolerance: nil) }
      await group.next()
      group.cancelAll()
    }
  }
}
