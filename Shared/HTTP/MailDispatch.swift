import CCurl

/// Runs each mail on a thread of its own, for as long as it takes.
///
/// libcurl's SMTP blocks at the end, while it waits for the relay's word and says goodbye, and when its handle is taken
/// out of a multi handle in the middle of the content it ends the content as if it were whole: half a mail would be
/// delivered. Both rule out the loop that runs HTTP.
final class MailDispatch: Sendable {
  private struct State: Sendable {
    var isClosed = false
    var lastID: MailDelivery.ID = 0
    var underWay: [MailDelivery.ID: MailDelivery] = [:]
    var closeWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let configuration: HTTPClient.Configuration
  private let state = Locked(State())

  init(configuration: HTTPClient.Configuration) { self.configuration = configuration }

  func send(_ mail: Mail, through relay: MailRelay) async throws(HTTPError) {
    guard !Task.isCancelled else { throw .cancelled }
    try mail.validate()
    try relay.validate()
    guard CurlLibrary.isReady else { throw HTTPError(curl: CURLE_FAILED_INIT, message: curlText(CURLE_FAILED_INIT)) }
    let delivery = MailDelivery()
    let id = try enter(delivery)
    let configuration = configuration
    let thread = OwnedThread {
      let session = MailSession(mail, relay, delivery, configuration)
      delivery.end(session?.run() ?? .failure(HTTPError(curl: CURLE_OUT_OF_MEMORY, message: curlText(CURLE_OUT_OF_MEMORY))))
      self.leave(id)
    }
    guard thread != nil else {
      leave(id)
      throw .transfer(code: Int(CURLE_FAILED_INIT.rawValue), message: "no thread for the mail")
    }
    try await delivery.awaitEnd()
  }

  /// Ends all deliveries with `.closed`, and returns when their threads are done.
  func close() async {
    let underWay = state.withLock { state in
      state.isClosed = true
      return Array(state.underWay.values)
    }
    for delivery in underWay { delivery.end(.failure(.closed)) }
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.underWay.isEmpty { return true }
        state.closeWaiters.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  private func enter(_ delivery: MailDelivery) throws(HTTPError) -> MailDelivery.ID {
    try state.withLock { state throws(HTTPError) in
      guard !state.isClosed else { throw .closed }
      guard state.underWay.count < configuration.maxConcurrentMails else {
        throw .overloaded(limit: configuration.maxConcurrentMails)
      }
      state.lastID += 1
      state.underWay[state.lastID] = delivery
      return state.lastID
    }
  }

  private func leave(_ id: MailDelivery.ID) {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.underWay[id] = nil
      guard state.underWay.isEmpty else { return [] }
      defer { state.closeWaiters = [] }
      return state.closeWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
