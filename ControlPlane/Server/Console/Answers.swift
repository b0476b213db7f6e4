import Hummingbird
import NIOCore
import Wire

/// The body of every refusal on the people's port.
struct Refusal: Encodable {
  let error: String

  init(_ error: String) {
    self.error = error
  }
}

extension Response {
  static func json(_ status: HTTPResponse.Status, _ body: some Encodable, retryAfter seconds: Int? = nil) -> Response {
    guard let bytes = try? CanonicalJSON.bytes(of: body) else { return Response(status: .internalServerError) }
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if let seconds { headers[.retryAfter] = String(seconds) }
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes + [0x0A])))
  }
}
