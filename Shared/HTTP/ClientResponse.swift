/// A response whose head has arrived; the body follows as it is read.
public struct ClientResponse: Sendable {
  /// 200 to 999. A status of 400 or above is a response like any other, not an error.
  public let status: Int
  public let headers: ResponseHeaders
  public let body: ResponseBody

  public init(status: Int, headers: ResponseHeaders, body: ResponseBody) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The whole body.
  ///
  /// - Parameter limit: the most bytes to take.
  /// - Throws: `.bodyTooLarge(limit:)` when there are more; at once when `Content-Length` says so. The exchange is ended then.
  public func collect(upTo limit: Int) async throws(HTTPError) -> [UInt8] {
    let announced = body.isEmptyByDefinition ? nil : headers["content-length"].flatMap { Int($0) }
    if let announced, announced > limit {
      body.end()
      throw .bodyTooLarge(limit: limit)
    }
    var whole: [UInt8] = []
    if let announced, announced <= limit { whole.reserveCapacity(announced) }
    for try await part in body {
      guard part.count <= limit - whole.count else {
        body.end()
        throw .bodyTooLarge(limit: limit)
      }
      whole += part
    }
    return whole
  }
}
