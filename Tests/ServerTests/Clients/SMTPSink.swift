import Foundation
import Glibc
import Synchronization

/// An SMTP server on loopback that takes one mail per connection, and says no where it is told to. An empty reply closes the
/// connection.
final class SMTPSink: Sendable {
  let url: String
  private let listener: Int32
  private let received = Mutex<[ReceivedMail]>([])

  /// - Parameter replies: by command (`MAIL`, `RCPT`, `DATA`) and for `content`.
  init(replies: [String: String] = [:]) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        guard bind(listener, plain, length) == 0, listen(listener, 16) == 0, getsockname(listener, plain, &length) == 0 else {
          return 0
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
      }
    }
    guard port > 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    url = "smtp://127.0.0.1:\(port)"
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else {
          close(listener)
          return
        }
        SMTPConversation(connection, replies) { mail in self?.received.withLock { $0.append(mail) } }.run()
        close(connection)
      }
    }
    thread.start()
  }

  /// Ends the thread, which closes the socket: closed here, its number could be another sink's by the time that the thread
  /// accepts again, and would take that one's mail.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  var mails: [ReceivedMail] { received.withLock { $0 } }
}

/// One connection, as the server sees it.
private final class SMTPConversation {
  private let connection: Int32
  private let replies: [String: String]
  /// Gets the mail when its content has come whole, before the sender hears of it.
  private let take: (ReceivedMail) -> Void
  private var buffer: [UInt8] = []

  init(_ connection: Int32, _ replies: [String: String], take: @escaping (ReceivedMail) -> Void) {
    self.connection = connection
    self.replies = replies
    self.take = take
  }

  func run() {
    var commands: [String] = []
    guard say("220 sink") else { return }
    while let line = line() {
      commands.append(line)
      let verb = String(line.prefix(4)).uppercased()
      if verb == "QUIT" {
        _ = say("221 bye")
        break
      }
      guard say(replies[verb] ?? (verb == "DATA" ? "354 go on" : "250 ok")) else { break }
      guard verb == "DATA", replies[verb] == nil else { continue }
      if let content = readContent() { take(ReceivedMail(commands: commands, raw: content)) }
      guard say(replies["content"] ?? "250 taken") else { break }
    }
  }

  private func say(_ reply: String) -> Bool {
    guard !reply.isEmpty else { return false }
    let bytes = Array("\(reply)\r\n".utf8)
    return send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private func readContent() -> [UInt8]? {
    var content: [UInt8] = []
    while let line = line(), line != "." {
      content += (line.hasPrefix(".") ? line.dropFirst() : Substring(line)).utf8
      content += [0x0D, 0x0A]
    }
    return content
  }

  private func line() -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[..<end]
        buffer.removeSubrange(...end)
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }
      var part = [UInt8](repeating: 0, count: 4096)
      let size = recv(connection, &part, part.count, 0)
      guard size > 0 else { return nil }
      buffer += part[..<size]
    }
  }
}

/// A mail as it arrived, read by other rules than those that wrote it.
struct ReceivedMail: Sendable {
  let commands: [String]
  let raw: [UInt8]

  private var parts: (header: String, body: String) {
    let text = String(decoding: raw, as: UTF8.self)
    let halves = text.components(separatedBy: "\r\n\r\n")
    return (halves[0], halves.dropFirst().joined(separator: "\r\n\r\n"))
  }

  private var fields: [(name: String, value: String)] {
    parts.header.replacingOccurrences(of: "\r\n ", with: " ").components(separatedBy: "\r\n").map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (line[..<colon].lowercased(), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
    }
  }

  var headerNames: [String] { fields.map(\.name) }

  func header(_ name: String) -> String {
    Self.decodeWords(fields.first { $0.name == name.lowercased() }?.value ?? "")
  }

  /// Quoted-printable undone.
  var body: String {
    let joined = parts.body.replacingOccurrences(of: "=\r\n", with: "").replacingOccurrences(of: "\r\n", with: "\n")
    var bytes: [UInt8] = []
    var rest = Array(joined.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "="), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func decodeWords(_ text: String) -> String {
    var bytes: [UInt8] = []
    var wasEncoded = false
    for word in text.components(separatedBy: " ") {
      let isEncoded = word.hasPrefix("=?utf-8?B?") && word.hasSuffix("?=")
      if !bytes.isEmpty, !(isEncoded && wasEncoded) { bytes.append(0x20) }
      bytes += isEncoded ? [UInt8](Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data()) : Array(word.utf8)
      wasEncoded = isEncoded
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
