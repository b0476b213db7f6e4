import Crypto
import Foundation
import Synchronization
import Testing

@testable import HTTP

extension HTTPTests {
  @Suite("A WebSocket")
  struct WebSockets {
    @Test("SHA-1 gives what another implementation gives, at every length around a block")
    func sha1() {
      for length in Array(0...130) + [1000] {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(SHA1.digest(bytes) == Array(Insecure.SHA1.hash(data: bytes)))
      }
    }

    @Test("Key and proof are those of the RFC's example, and base64 is everybody's")
    func handshake() {
      let handshake = WebSocketHandshake(subprotocol: "x", nonce: Array("the sample nonce".utf8))
      #expect(handshake.key == "dGhlIHNhbXBsZSBub25jZQ==")
      #expect(handshake.proof == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
      for length in 0...9 {
        let bytes = (0..<length).map { UInt8($0 * 31) }
        #expect(WebSocketHandshake.base64(bytes) == Data(bytes).base64EncodedString())
      }
    }

    @Test("A frame is masked as the RFC's example, and lengths take 7, 16 and 64 bits", arguments: [0, 125, 126, 65_535, 65_536])
    func encoding(_ length: Int) {
      let hello = WebSocketFrame(opcode: .text, payload: Array("Hello".utf8)).encoded(mask: [0x37, 0xFA, 0x21, 0x3D])
      #expect(hello == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
      let frame = WebSocketFrame(opcode: .binary, payload: Array(repeating: 7, count: length)).encoded(mask: [0, 0, 0, 0])
      let head = length < 126 ? 2 : length < 65_536 ? 4 : 10
      #expect(frame.count == head + 4 + length)
    }

    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
      let head: [UInt8] =
        payload.count < 126 ? [UInt8(payload.count)] : [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
      return [(isFinal ? 0x80 : 0) | opcode] + head + payload
    }

    @Test("Messages come whole, however frames and reads are cut")
    func fragments() throws {
      let long = Array(repeating: UInt8(9), count: 300)
      let bytes =
        Self.frame(2, [1, 2], isFinal: false) + Self.frame(9, [5]) + Self.frame(0, [3], isFinal: false) + Self.frame(0, [4])
        + Self.frame(10, []) + Self.frame(1, long) + Self.frame(8, [0x03, 0xE8])
      let expected: [WebSocketReader.Event] = [.ping([5]), .message([1, 2, 3, 4]), .message(long), .close(1000)]
      for size in [1, 2, 3, 7, bytes.count] {
        var reader = WebSocketReader(limit: 1000)
        var events: [WebSocketReader.Event] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
          events += try reader.receive(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events == expected)
      }
    }

    static let faults: [([UInt8], String)] = [
      ([0xC1, 0], "extension"), ([0x83, 0], "opcode 3"), ([0x81, 0x80, 0, 0, 0, 0], "masked"), ([0x09, 0], "fragmented"),
      ([0x89, 126, 0, 200], "too long"), ([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0], "more than 100"),
      ([0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "more than 100"), (frame(0, [1]), "has not begun"),
      (frame(1, [1], isFinal: false) + frame(2, [1]), "inside another"), (frame(8, [3]), "half a code"),
      (frame(2, Array(repeating: 0, count: 99), isFinal: false) + frame(0, [0, 0]), "more than 100"),
    ]

    @Test("What a server must not send ends it", arguments: faults)
    func faulty(_ bytes: [UInt8], _ words: String) {
      var reader = WebSocketReader(limit: 100)
      do {
        let events = try reader.receive(bytes)
        Issue.record("\(events)")
      } catch {
        #expect(error.text.contains(words))
      }
    }

    private static func upgrade(_ request: RawRequest, proof: String? = nil) -> String {
      let key = request.headers["sec-websocket-key"] ?? ""
      let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
      let proof = proof ?? Data(digest).base64EncodedString()
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(proof)\r\n"
        + "Sec-WebSocket-Protocol: chat\r\n\r\n"
    }

    private func messages(
      _ client: HTTPClient, _ url: String, deadline: Duration = .seconds(10), until count: Int = .max
    ) async throws -> [[UInt8]] {
      var request = ClientRequest(.get, url)
      request.deadline = deadline
      request.credential = .bearer("secret")
      return try await client.webSocket(request, subprotocol: "chat", messageLimit: 1000, into: [[UInt8]]()) {
        messages, message in
        messages.append(message)
        return messages.count < count
      }
    }

    @Test("It asks for the upgrade with its credential, answers pings, takes messages and closes")
    func conversation() async throws {
      let seen = Mutex<RawRequest?>(nil)
      let pong = Mutex<[UInt8]>([])
      try await withServer({ connection in
        guard let request = connection.readRequest() else { return }
        seen.withLock { $0 = request }
        // Head and first frame in one segment.
        connection.write(Array(Self.upgrade(request).utf8) + Self.frame(2, [1, 104, 105]))
        connection.write(Self.frame(9, [42]) + Self.frame(2, [3]))
        let answer = connection.readBytes(7)
        pong.withLock { $0 = answer }
        connection.write(Self.frame(8, [0x03, 0xE8]))
      }) { server in
        try await withClient { client in
          let got = try await messages(client, "\(server.url)/exec?command=a%20b")
          #expect(got == [[1, 104, 105], [3]])
        }
      }
      let request = try #require(seen.withLock { $0 })
      #expect(request.line == "GET /exec?command=a%20b HTTP/1.1")
      #expect(request.headers["authorization"] == "Bearer secret")
      #expect(request.headers["sec-websocket-protocol"] == "chat")
      let bytes = pong.withLock { $0 }
      #expect(bytes.count == 7 && bytes[0] == 0x8A && bytes[1] == 0x81 && bytes[6] ^ bytes[2] == 42)
    }

    @Test("An answer that is no upgrade is a refusal with its body: nothing has begun")
    func refused() async throws {
      try await withServer(answering: { _, connection in
        connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
      }) { server in
        try await withClient { client in
          _ = await #expect(throws: WebSocketError.refused(status: 403, body: Array("no".utf8))) {
            try await messages(client, server.url + "/x")
          }
        }
      }
    }

    @Test("Nobody there is not connected; a wrong proof, a cut and silence are broken")
    func broken() async throws {
      try await withClient { client in
        let port = try HTTPTests.freePort()
        let gone = await #expect(throws: WebSocketError.self) { try await messages(client, "http://127.0.0.1:\(port)/x") }
        guard case .notConnected = gone else {
          Issue.record("\(String(describing: gone))")
          return
        }
        for (proof, tail) in [("wrong", [UInt8]()), (nil, [0x82, 5, 1])] {
          try await withServer({ connection in
            guard let request = connection.readRequest() else { return }
            connection.write(Array(Self.upgrade(request, proof: proof).utf8) + tail)
          }) { server in
            let error = await #expect(throws: WebSocketError.self) { try await messages(client, server.url + "/x") }
            guard case .broken = error else {
              Issue.record("\(String(describing: error))")
              return
            }
          }
        }
        try await withServer({ connection in
          guard let request = connection.readRequest() else { return }
          connection.write(Self.upgrade(request))
          _ = connection.clientCloses()
        }) { server in
          _ = await #expect(throws: WebSocketError.broken("it did not end in time")) {
            try await messages(client, server.url + "/x", deadline: .milliseconds(300))
          }
          let task = Task { try await messages(client, server.url + "/x") }
          _ = await eventually { server.accepted >= 2 }
          task.cancel()
          _ = await #expect(throws: WebSocketError.self) { try await task.value }
        }
      }
    }
  }
}
