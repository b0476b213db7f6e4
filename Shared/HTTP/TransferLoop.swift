import CCurl
import Glibc

/// Runs the transfers of one client on the thread that calls `run`: takes commands, lets libcurl work, keeps the
/// deadlines, waits.
///
/// Everything here, and every call into the multi handle but the wake-up, happens on that one thread.
struct TransferLoop: ~Copyable {
  private let inbox: LoopInbox
  private let multi: UnsafeMutableRawPointer
  private let configuration: HTTPClient.Configuration
  private var live: [Exchange.ID: Transfer] = [:]
  private var slots: ConnectionSlots
  private var lanes = ConnectionLanes()
  /// No deadline passes before this. May be too early, never too late; looking at all transfers when it comes costs no
  /// more than libcurl's own walk over them.
  private var earliestDeadline = MonotonicTime.distantFuture

  /// The longest wait without a look around; every reason to wake up earlier has a wake-up of its own.
  private static let longestWait: CInt = 60_000

  init(inbox: LoopInbox, multi: UnsafeMutableRawPointer, configuration: HTTPClient.Configuration) {
    self.inbox = inbox
    self.multi = multi
    self.configuration = configuration
    slots = ConnectionSlots(limit: configuration.maxConnectionsPerHost)
  }

  consuming func run() {
    while true {
      let (commands, isStopping) = inbox.takeCommands()
      for command in commands { handle(command) }
      if isStopping { break }
      work()
      endOverdue(at: .now)
      wait()
    }
    for id in Array(live.keys) { cutShort(id, .failure(.closed)) }
    curl_multi_cleanup(multi)
    inbox.loopEnded()
  }

  private mutating func handle(_ command: LoopInbox.Command) {
    switch command {
    case .start(let request, let exchange): start(request, exchange)
    case .end(let id): cutShort(id, .failure(.cancelled))
    case .resume(let id):
      guard let transfer = live[id] else { return }
      transfer.goOn()
      earliestDeadline = min(earliestDeadline, transfer.nextDeadline)
    }
  }

  /// Moves the transfers on. A multi handle that fails as a whole fails all of them.
  private mutating func work() {
    var running: CInt = 0
    let result = curl_multi_perform(multi, &running)
    var left: CInt = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let transfer = Transfer.behind(message.pointee.easy_handle) else { continue }
      end(transfer.exchange.id, transfer.end(ccurl_message_result(message)))
    }
    guard result != CURLM_OK else { return }
    for id in Array(live.keys) { cutShort(id, .failure(Self.error(result))) }
  }

  private static func error(_ result: CURLMcode) -> HTTPError {
    .transfer(code: Int(result.rawValue), message: String(cString: curl_multi_strerror(result)))
  }

  private func wait() {
    let milliseconds = earliestDeadline.millisecondsRoundedUp(since: .now)
    let result = curl_multi_poll(multi, nil, 0, CInt(min(milliseconds, Int64(Self.longestWait))), nil)
    // Out of memory or descriptors: no reason to spin.
    if result != CURLM_OK { usleep(10_000) }
  }
}

// The life of a transfer.
extension TransferLoop {
  private mutating func start(_ request: PreparedRequest, _ exchange: Exchange) {
    guard !exchange.hasEnded else { return inbox.exchangeEnded() }
    guard let transfer = Transfer(request, exchange, headLimit: configuration.headLimit) else {
      exchange.end(.failure(HTTPError(curl: CURLE_OUT_OF_MEMORY, message: curlText(CURLE_OUT_OF_MEMORY))))
      return inbox.exchangeEnded()
    }
    live[exchange.id] = transfer
    earliestDeadline = min(earliestDeadline, transfer.nextDeadline)
    if request.protocolVersion != .automatic || slots.enter(exchange.id, request.origin) { begin(transfer) }
  }

  private mutating func begin(_ transfer: Transfer) {
    let ownsConnection = transfer.request.protocolVersion != .automatic && !transfer.request.origin.hasZone
    let lane = ownsConnection ? lanes.take() : nil
    transfer.stage = .running(lane: lane)
    if let error = transfer.configure(configuration, lane: lane) {
      return end(transfer.exchange.id, .failure(error))
    }
    let result = curl_multi_add_handle(multi, transfer.pointer)
    guard result == CURLM_OK else { return end(transfer.exchange.id, .failure(Self.error(result))) }
    earliestDeadline = min(earliestDeadline, transfer.nextDeadline)
  }

  /// Ends a transfer before its time, so that the server notices.
  ///
  /// libcurl 7.88 only queues the reset of an HTTP/2 stream, until something else happens on the connection. If another
  /// exchange uses the connection, it is made to send what is queued; otherwise the connection is closed.
  private mutating func cutShort(_ id: Exchange.ID, _ end: Result<Void, HTTPError>) {
    guard let transfer = live[id] else { return }
    let connection = transfer.giveUpConnection()
    self.end(id, end)
    guard let connection else { return }
    live.values.first { $0.isReading(on: connection, to: transfer.request.origin) }?.sendQueuedFrames()
  }

  /// Takes a transfer down, tells its exchange, and starts what waited for its slot.
  private mutating func end(_ id: Exchange.ID, _ end: Result<Void, HTTPError>) {
    guard let transfer = live.removeValue(forKey: id) else { return }
    var next: [Exchange.ID] = []
    switch transfer.stage {
    case .queued:
      slots.withdraw(id, transfer.request.origin)
    case .running(let lane):
      // Removing a handle that was never added is harmless.
      curl_multi_remove_handle(multi, transfer.pointer)
      if let lane { lanes.giveBack(lane) }
      if transfer.request.protocolVersion == .automatic { next = slotsFreed(by: transfer) }
    }
    inbox.exchangeEnded()
    transfer.exchange.end(end)
    for id in next {
      if let transfer = live[id] { begin(transfer) }
    }
  }

  private mutating func slotsFreed(by transfer: Transfer) -> [Exchange.ID] {
    let origin = transfer.request.origin
    let released = transfer.headArrived ? slots.learn(origin, isMultiplexed: transfer.answeredMultiplexed) : []
    return released + (slots.leave(origin).map { [$0] } ?? [])
  }

  private mutating func endOverdue(at now: MonotonicTime) {
    guard earliestDeadline <= now else { return }
    for (id, transfer) in live {
      if let deadline = transfer.passedDeadline(at: now) { cutShort(id, .failure(.timedOut(deadline))) }
    }
    earliestDeadline = live.values.map(\.nextDeadline).min() ?? .distantFuture
  }
}
