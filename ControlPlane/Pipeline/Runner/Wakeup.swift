import Synchronization
public import Wire

/// Lets one loop sleep until somebody has news for it. A signal that comes while the loop works is kept; several count as one.
public final class Wakeup: Sendable {
  private struct State {
    var signalled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  public init() {}

  public func signal() {
    let waiter = state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      state.signalled = waiter == nil
      return waiter
    }
    waiter?.resume()
  }

  /// Returns at a signal, at the deadline, or when the task is cancelled. One loop only.
  public func wait(until deadline: Timestamp?, on clock: any WallClock) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitForSignal() }
      if let deadline { group.addTask { await Self.sleep(until: deadline, on: clock) } }
      await group.next()
      group.cancelAll()
    }
  }

  private func waitForSignal() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.signalled || Task.isCancelled {
            state.signalled = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }

  private static func sleep<C: WallClock>(until deadline: Timestamp, on clock: C) async {
    try? await clock.sleep(until: deadline, tolerance: nil)
  }
}
