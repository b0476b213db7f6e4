/// Puts the lines of a `text/event-stream` together to events (WHATWG HTML, "Server-sent events").
public struct ServerEventParser: Sendable {
  public struct Event: Sendable, Equatable {
    public let name: String
    public let id: String?
    public let data: String
  }

  private var name = "message"
  private var id: String?
  private var data: [String] = []

  public init() {}

  /// - Returns: an event, when this line ends one.
  public mutating func take(_ bytes: [UInt8]) -> Event? {
    let line = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes[...], as: UTF8.self)
    guard !line.isEmpty else { return finish() }
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count == 2 ? String(parts[1].first == " " ? parts[1].dropFirst() : parts[1]) : ""
    switch parts[0] {
    case "event": name = value
    case "id": id = value
    case "data": data.append(value)
    default: break
    }
    return nil
  }

  private mutating func finish() -> Event? {
    defer {
      name = "message"
      data = []
    }
    return data.isEmpty ? nil : Event(name: name, id: id, data: data.joined(separator: "\n"))
  }
}
