import HTTPTypes
import NIOCore

/// Streams that wait without a handler.
extension Connection {
  /// Asks whether a request that has just arrived is only to wait.
  func park(_ id: Int32, _ head: HTTPRequest, with parking: any StreamParking, _ handle: StreamHandle) -> Bool {
    // In place before the question, so that an answer given while it is asked finds it.
    streams[id] = .parked(parking, isHead: head.method == .head)
    let isKept = parking.park(head, on: ParkedStream(handle: handle))
    if !isKept, case .parked? = streams[id] {
      streams[id] = nil
      return false
    }
    if case .draining = phase { answerAtShutdown(id) }
    return true
  }

  /// Turns a request that a handler works on into one that only waits.
  func park(_ id: Int32, with parking: any StreamParking, _ register: (ParkedStream) -> Void) {
    guard case .live(let exchange)? = streams[id], exchange.outbound == nil, let bound else { return }
    dropInbound(id, exchange)
    streams[id] = .parked(parking, isHead: exchange.isHead)
    register(ParkedStream(handle: StreamHandle(id, of: bound)))
    if case .draining = phase { answerAtShutdown(id) }
  }

  /// Answers a parked stream because the server is shutting down.
  func answerAtShutdown(_ id: Int32) {
    guard case .parked(let parking, _)? = streams[id], let bound else { return }
    let answer = parking.answerOnShutdown(ParkedStream(handle: StreamHandle(id, of: bound)))
    answerParked(id, Reply(head: answer.head, body: answer.body ?? ByteBuffer()))
  }
}
