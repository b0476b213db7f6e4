/// What the sending task and the mail's thread share: how the delivery ended.
final class MailDelivery: Sendable {
  typealias ID = UInt64

  private struct State: Sendable {
    var end: Result<Void, HTTPError>?
    /// The last byte of the content is on its way: from here on the relay may have the mail, whatever else happens.
    var isHandedOver = false
    var waiter: CheckedContinuation<Result<Void, HTTPError>, Never>?
  }

  private let state = Locked(State())

  /// Whether nobody waits for the mail any more, so that the thread had better stop.
  var isAbandoned: Bool {
    state.withLock { state in
      if case .failure = state.end { true } else { false }
    }
  }

  /// Asked before the last byte of the content is given away.
  /// - Returns: false when nobody waits any more: then it must be kept.
  func handOver() -> Bool {
    state.withLock { state in
      guard state.end == nil else { return false }
      state.isHandedOver = true
      return true
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

  /// The first end wins. A failure after the content was handed over, other than the relay's own refusal, leaves it open whether the
  /// mail was accepted.
  func end(_ end: Result<Void, HTTPError>) {
    let (waiter, known) = state.withLock {
      state -> (CheckedContinuation<Result<Void, HTTPError>, Never>?, Result<Void, HTTPError>) in
      guard state.end == nil else { return (nil, end) }
      let known = state.isHandedOver ? end.mapError(\.afterHandingOver) : end
      state.end = known
      defer { state.waiter = nil }
      return (state.waiter, known)
    }
    waiter?.resume(returning: known)
  }
}

extension HTTPError {
  fileprivate var afterHandingOver: HTTPError {
    if case .mailRefused = self { self } else { .mailUnconfirmed(description) }
  }
}
