/// Status and headers of the final response.
struct ResponseHead: Sendable {
  var status = 0
  var headers = ResponseHeaders()
}

/// Puts a response head together from the lines that libcurl hands over one by one.
///
/// Interim responses (1xx) start over, trailers are dropped, and all of them count towards the limit, so that a server
/// cannot send heads forever.
struct ResponseHeadBuilder {
  enum Event: Equatable {
    case more
    case complete
    case tooLarge
  }

  private(set) var head = ResponseHead()
  private let limit: Int
  private var size = 0
  private var isComplete = false

  init(limit: Int) { self.limit = limit }

  /// - Parameter line: one line with its line break; the head ends with an empty one.
  mutating func add(_ line: UnsafeRawBufferPointer) -> Event {
    size += line.count
    guard size <= limit else { return .tooLarge }
    guard !isComplete else { return .more }
    let text = Self.trimmed(line[...])
    if text.isEmpty {
      isComplete = head.status >= 200
      return isComplete ? .complete : .more
    }
    if line[0] == 0x20 || line[0] == 0x09 {
      head.headers.extendLast(with: String(decoding: text, as: UTF8.self))
    } else if text.starts(with: "HTTP/".utf8) {
      head = ResponseHead(status: Self.status(of: text), headers: ResponseHeaders())
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      head.headers.append(
        name: String(decoding: text[..<colon], as: UTF8.self),
        value: String(decoding: Self.trimmed(text[(colon + 1)...]), as: UTF8.self))
    }
    return .more
  }

  /// The number after the protocol version, such as 200 in `HTTP/2 200` and in `HTTP/1.1 200 OK`; 0 when there is none.
  private static func status(of line: Slice<UnsafeRawBufferPointer>) -> Int {
    guard let space = line.firstIndex(of: 0x20) else { return 0 }
    return Int(String(decoding: line[space...].dropFirst().prefix(3), as: UTF8.self)) ?? 0
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    var bytes = bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }
}
