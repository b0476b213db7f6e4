/// One frame of RFC 6455, section 5.2.
struct WebSocketFrame: Equatable, Sendable {
  enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    var isControl: Bool { rawValue >= 0x8 }
  }

  var isFinal = true
  let opcode: Opcode
  let payload: [UInt8]

  /// As a client sends it: masked, since what a client's user wrote must not look like another protocol to a proxy.
  func encoded(mask: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode.rawValue]
    switch payload.count {
    case 0...125: bytes.append(0x80 | UInt8(payload.count))
    case 126...0xFFFF:
      bytes.append(0x80 | 126)
      bytes.append(contentsOf: Self.bigEndian(payload.count, bytes: 2))
    default:
      bytes.append(0x80 | 127)
      bytes.append(contentsOf: Self.bigEndian(payload.count, bytes: 8))
    }
    bytes.append(contentsOf: mask)
    for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index % 4]) }
    return bytes
  }

  static func newMask() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  private static func bigEndian(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
  }
}

/// What a server sends that a client must not accept.
struct WebSocketFault: Error, Equatable, Sendable {
  let text: String
}

/// Takes frames out of a stream of bytes. Pure.
struct WebSocketFrameParser: Sendable {
  /// Bytes of one frame's payload.
  let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0

  init(limit: Int) { self.limit = limit }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame, if it has arrived.
  mutating func next() throws(WebSocketFault) -> WebSocketFrame? {
    guard buffer.count - start >= 2 else { return nil }
    let (first, second) = (buffer[start], buffer[start + 1])
    guard first & 0x70 == 0 else { throw WebSocketFault(text: "a frame uses an extension that was not agreed on") }
    guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else {
      throw WebSocketFault(text: "a frame has the unknown opcode \(first & 0x0F)")
    }
    guard second & 0x80 == 0 else { throw WebSocketFault(text: "a frame of the server is masked") }
    let isFinal = first & 0x80 != 0
    let short = Int(second)
    if opcode.isControl, !isFinal || short > 125 { throw WebSocketFault(text: "a control frame is fragmented or too long") }
    let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
    let head = 2 + lengthBytes
    guard buffer.count - start >= head else { return nil }
    var length = lengthBytes == 0 ? UInt64(short) : 0
    for index in 0..<lengthBytes { length = length << 8 | UInt64(buffer[start + 2 + index]) }
    guard length <= UInt64(limit) else { throw WebSocketFault(text: "a frame has more than \(limit) bytes") }
    let end = start + head + Int(length)
    guard buffer.count >= end else { return nil }
    defer { start = end }
    return WebSocketFrame(isFinal: isFinal, opcode: opcode, payload: Array(buffer[(start + head)..<end]))
  }
}

/// Puts messages together from frames. Pure.
struct WebSocketReader: Sendable {
  enum Event: Equatable, Sendable {
    case message([UInt8])
    /// To be answered by a pong with the same payload.
    case ping([UInt8])
    /// With the code that the server gave, if any; to be answered by a close.
    case close(Int?)
  }

  /// Bytes of one message.
  let limit: Int
  private var parser: WebSocketFrameParser
  private var partial: [UInt8]?

  init(limit: Int) {
    self.limit = limit
    parser = WebSocketFrameParser(limit: limit)
  }

  mutating func receive(_ bytes: some Sequence<UInt8>) throws(WebSocketFault) -> [Event] {
    parser.append(bytes)
    var events: [Event] = []
    while let frame = try parser.next() {
      switch frame.opcode {
      case .text, .binary:
        guard partial == nil else { throw WebSocketFault(text: "a message begins inside another") }
        if frame.isFinal { events.append(.message(frame.payload)) } else { partial = frame.payload }
      case .continuation:
        guard var whole = partial else { throw WebSocketFault(text: "a message goes on that has not begun") }
        guard whole.count + frame.payload.count <= limit else {
          throw WebSocketFault(text: "a message has more than \(limit) bytes")
        }
        whole.append(contentsOf: frame.payload)
        partial = frame.isFinal ? nil : whole
        if frame.isFinal { events.append(.message(whole)) }
      case .ping: events.append(.ping(frame.payload))
      case .pong: break
      case .close:
        guard frame.payload.count != 1 else { throw WebSocketFault(text: "a close frame has half a code") }
        let code = frame.payload.count >= 2 ? Int(frame.payload[0]) << 8 | Int(frame.payload[1]) : nil
        events.append(.close(code))
        return events
      }
    }
    return events
  }
}
