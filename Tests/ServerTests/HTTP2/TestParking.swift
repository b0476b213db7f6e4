import HTTPTypes
import NIOCore
import Synchronization

@testable import HTTP2

/// Parks every `GET /poll`.
final class TestParking: StreamParking {
  private let streams = Mutex<[ParkedStream]>([])
  private let closedStreams = Mutex<[ParkedStream]>([])
  private let answersAtOnce: Bool

  init(answersAtOnce: Bool = false) {
    self.answersAtOnce = answersAtOnce
  }

  var parked: [ParkedStream] { streams.withLock { $0 } }
  var closed: [ParkedStream] { closedStreams.withLock { $0 } }

  func keep(_ stream: ParkedStream) { streams.withLock { $0.append(stream) } }

  func park(_ head: HTTPRequest, on stream: ParkedStream) -> Bool {
    guard head.path == "/poll" else { return false }
    keep(stream)
    if answersAtOnce { stream.finish(HTTPResponse(status: .ok), ByteBuffer(string: "at once")) }
    return true
  }

  func parkedStreamClosed(_ stream: ParkedStream) {
    streams.withLock { $0.removeAll { $0 == stream } }
    closedStreams.withLock { $0.append(stream) }
  }

  func answerOnShutdown(_ stream: ParkedStream) -> ParkedAnswer {
    streams.withLock { $0.removeAll { $0 == stream } }
    return ParkedAnswer(head: HTTPResponse(status: .serviceUnavailable, headerFields: [.retryAfter: "7"]))
  }

  /// Answers all that wait.
  func finishAll(_ text: String) {
    let waiting = streams.withLock { streams in
      defer { streams = [] }
      return streams
    }
    for stream in waiting { stream.finish(HTTPResponse(status: .ok), ByteBuffer(string: text)) }
  }
}
