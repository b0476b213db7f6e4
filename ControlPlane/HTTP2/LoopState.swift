import NIOCore

/// Something whose deadlines are looked at now and then, on its event loop.
protocol DeadlineBound: AnyObject {
  func enforceDeadlines(at now: NIODeadline)
}

/// What the connections of one event loop share: the executor of their tasks, the date, and the one timer that looks
/// at all deadlines. A timer of its own would cost each waiting connection more than its parked stream does.
///
/// Confined to its event loop.
final class LoopState {
  let executor: LoopExecutor
  var date = HTTPDateCache()
  let loop: any EventLoop
  private let interval: TimeAmount
  private var members: [ObjectIdentifier: any DeadlineBound] = [:]
  private var timer: RepeatedTask?

  init(_ loop: any EventLoop, sweepInterval: Duration) {
    self.loop = loop
    executor = LoopExecutor(loop)
    interval = TimeAmount(sweepInterval)
  }

  func watch(_ member: any DeadlineBound) {
    members[ObjectIdentifier(member)] = member
    guard timer == nil else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    timer = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in bound.value.sweep() }
  }

  func unwatch(_ member: any DeadlineBound) {
    members[ObjectIdentifier(member)] = nil
    if members.isEmpty {
      timer?.cancel()
      timer = nil
    }
  }

  private func sweep() {
    let now = NIODeadline.now()
    for member in Array(members.values) { member.enforceDeadlines(at: now) }
  }
}

/// Finds the ``LoopState`` of the event loop that asks.
final class LoopStates: Sendable {
  private let sweepInterval: Duration
  private let states = Locked<[ObjectIdentifier: NIOLoopBound<LoopState>]>([:])

  init(sweepInterval: Duration) {
    self.sweepInterval = sweepInterval
  }

  /// To be called on `loop`.
  func state(on loop: any EventLoop) -> LoopState {
    let bound = states.withLock { states in
      if let state = states[ObjectIdentifier(loop)] { return state }
      let state = NIOLoopBound(LoopState(loop, sweepInterval: sweepInterval), eventLoop: loop)
      states[ObjectIdentifier(loop)] = state
      return state
    }
    return bound.value
  }
}
