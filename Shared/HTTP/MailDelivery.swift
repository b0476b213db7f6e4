/// What the sending task and the mail's thread share: how the delivery ended.
final class MailDelivery: Sendable {
  typealias ID = UInt64

  private struct State: Sendable {
    var end: Result<Void, HTTPError>?
    var waiter: CheckedContinuation<Result<Void, HTTPError>, Never>?
  }

  private let state = Locked(State())

  /// Whether nobody waits for the mail any more, so that the thread had better stop.
  var isAbandoned: Bool {
    state.withLock { state in
      if case .failure = state.end { true } else { false }
    }
  }

  func awaitEnd() async throws(HTTPError) {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state in
          if state.end == nil { state.waiter = continuation }
          return state.end
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      end(.failure(.cancelled))
    }
    try result.get()
  }

  /// The first end wins.
  func end(_ end: Result<Void, HTTPError>) {
    let waiter = state.withLock { state -> CheckedContinuation<Result<Void, HTTPError>, Never>? in
      guard state.end == nil else { return nil }
      state.end = end
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: end)
  }
}
