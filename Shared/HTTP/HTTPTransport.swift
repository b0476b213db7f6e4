/// What carries requests to a server: ``HTTPClient`` over the network, or a server inside the same process.
public protocol HTTPTransport: Sendable {
  /// - Returns: the response as soon as its head has arrived, whatever its status.
  /// - Throws: `.cancelled` when the task is cancelled, also later while the body is read.
  func send(_ request: ClientRequest) async throws(HTTPError) -> ClientResponse
}

extension HTTPClient: HTTPTransport {}
