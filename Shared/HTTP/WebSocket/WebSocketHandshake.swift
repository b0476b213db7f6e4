/// The opening of a WebSocket by a client (RFC 6455, section 4.1). Pure.
struct WebSocketHandshake: Sendable {
  private static let proofSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  let subprotocol: String
  /// 16 random bytes in base64.
  let key: String

  init(subprotocol: String, nonce: [UInt8] = Self.newNonce()) {
    self.subprotocol = subprotocol
    key = Self.base64(nonce)
  }

  static func newNonce() -> [UInt8] { (0..<4).flatMap { _ in WebSocketFrame.newMask() } }

  /// - Parameter headers: lines of the form `Name: value`.
  func request(path: String, host: String, headers: [String]) -> [UInt8] {
    let own = [
      "GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Protocol: \(subprotocol)",
    ]
    return Array(((own + headers).joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  var proof: String { Self.base64(SHA1.digest(Array((key + Self.proofSuffix).utf8))) }

  /// What is wrong with a head whose status is 101.
  func objection(to head: ResponseHead) -> String? {
    guard head.headers["Upgrade"]?.lowercased() == "websocket" else { return "the server upgrades to something else" }
    guard head.headers["Connection"]?.lowercased().contains("upgrade") == true else { return "the server does not upgrade" }
    guard head.headers["Sec-WebSocket-Accept"] == proof else { return "the server's proof is wrong" }
    guard head.headers["Sec-WebSocket-Protocol"] == subprotocol else { return "the server does not speak \(subprotocol)" }
    return nil
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0...3 { text.append(index <= group.count ? digits[value >> (18 - 6 * index) & 63] : "=") }
    }
    return text
  }
}
