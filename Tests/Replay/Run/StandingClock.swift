import Synchronization
public import Wire

/// A clock that stands until it is moved. Who sleeps on it wakes when it has been moved far enough, or is cancelled.
public final class StandingClock: WallClock {
  private struct State {
    var now: Timestamp
    var serial: UInt64 = 0
    var sleepers: [UInt64: (deadline: Timestamp, continuation: CheckedContinuation<Bool, Never>)] = [:]
    /// Sleeps that were cancelled before they began.
    var cancelled: Set<UInt64> = []
  }

  private let state: Mutex<State>

  public init(_ now: Timestamp) { state = Mutex(State(now: now)) }

  public var now: Timestamp { state.withLock { $0.now } }

  /// Moves the time forward; never back.
  public func advance(to moment: Timestamp) {
    let due = state.withLock { state in
      state.now = max(state.now, moment)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume(returning: true) }
  }

  public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.serial += 1
      return state.serial
    }
    let isOver = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Bool? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return false }
          if deadline <= state.now { return true }
          state.sleepers[id] = (deadline, continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel(id)
    }
    // A cancellation that came after the end leaves its mark.
    state.withLock { _ = $0.cancelled.remove(id) }
    if !isOver { throw CancellationError() }
  }

  private func cancel(_ id: UInt64) {
    let sleeper = state.withLock { state in
      let sleeper = state.sleepers.removeValue(forKey: id)
      if sleeper == nil { state.cancelled.insert(id) }
      return sleeper
    }
    sleeper?.continuation.resume(returning: false)
  }
}
