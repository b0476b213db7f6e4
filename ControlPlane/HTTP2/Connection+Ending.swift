import HTTPTypes
import Logging
import NIOCore

/// Deadlines and shutdown.
extension Connection {
  /// How long a client may take to acknowledge that a shutdown was announced.
  private static let announcementGrace: TimeAmount = .seconds(1)
  /// How long a client may go on sending a request that has its response.
  private static let lingerTime: TimeAmount = .seconds(5)

  func enforceDeadlines(at now: NIODeadline) {
    if let blockedSince, now - blockedSince > TimeAmount(limits.stallDeadline) { return close("peer does not read") }
    switch phase {
    case .closed: return
    case .settingUp(let since):
      if now - since > TimeAmount(limits.setupDeadline) { return close("no HTTP/2 preface in time") }
    case .open:
      if streams.isEmpty, incoming == nil, now - idleSince > TimeAmount(limits.idleDeadline) { return abort(.noError) }
    case .draining(let since, let announced):
      if now - since > TimeAmount(limits.drainDeadline) { return abort(.noError) }
      if announced, now - since > Self.announcementGrace { settleDraining() }
    }
    if let incoming, now - incoming.since > TimeAmount(limits.requestDeadline) { return abort(.enhanceYourCalm) }
    enforceStreamDeadlines(at: now)
  }

  private func enforceStreamDeadlines(at now: NIODeadline) {
    let stalled = now - TimeAmount(limits.stallDeadline)
    let late = now - TimeAmount(limits.requestDeadline)
    for (id, state) in streams {
      switch state {
      case .live(let exchange):
        if exchange.inbound.isOpen, exchange.since < late {
          session?.consumeConnection(exchange.inbound.fail(.requestTimedOut))
          scheduleFlush()
        }
        if exchange.outbound?.isStalled(since: stalled) == true { reset(id, .cancel) }
      case .answering(let body):
        if body.isStalled(since: stalled) { reset(id, .cancel) }
      case .lingering(_, let since):
        if now - since > Self.lingerTime { reset(id, .noError) }
      case .parked, .answered: break
      }
    }
  }

  /// Begins a graceful shutdown: parked streams are answered, live ones may finish, new ones are still served until the
  /// client has seen the announcement, so that none is lost on the way.
  func beginDraining() {
    switch phase {
    case .draining, .closed: return
    case .settingUp:
      close("shutting down")
    case .open:
      phase = .draining(since: .now(), announced: true)
      session?.announceShutdown()
      for (id, state) in streams {
        if case .parked = state { answerAtShutdown(id) }
      }
      scheduleFlush()
    }
  }

  /// The client knows of the shutdown: later streams are ignored, and the connection ends with the last one.
  func settleDraining() {
    guard case .draining(let since, announced: true) = phase else { return }
    phase = .draining(since: since, announced: false)
    session?.goAway()
    scheduleFlush()
  }

  /// Ends the connection with GOAWAY, if the peer still reads.
  func abort(_ error: SessionError) {
    session?.terminate(error)
    flush()
    context?.close(promise: nil)
  }

  private func close(_ reason: String) {
    services.logger.debug("HTTP/2 connection closed: \(reason)")
    context?.close(promise: nil)
  }
}
