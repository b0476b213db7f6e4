import HTTP
import Simulator

/// The way to a cluster that stands still, without a socket.
///
/// Nothing happens in such a cluster by itself, so that a watch brings what there is and then stays silent.
struct DirectTransport: HTTPTransport {
  let cluster: SimulatedCluster

  func send(_ request: ClientRequest) async throws(HTTPError) -> ClientResponse {
    guard !Task.isCancelled else { throw .cancelled }
    let target = Self.target(of: request.url)
    var direct = DirectRequest(request.method.rawValue, target, body: request.body ?? [])
    if case .bearer(let token) = request.credential { direct.token = token }
    for (name, value) in request.headers {
      switch name.lowercased() {
      case "accept": direct.accept = value
      case "content-type": direct.contentType = value
      case "user-agent": direct.userAgent = value
      default: break
      }
    }
    let answer = await cluster.respond(to: direct)
    let (parts, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    if !answer.body.isEmpty { continuation.yield(answer.body) }
    if !(Self.isWatch(target) && answer.status == 200) { continuation.finish() }
    return ClientResponse(
      status: answer.status, headers: ResponseHeaders(answer.headers + [("Content-Type", answer.contentType)]),
      body: ResponseBody(parts: parts) { continuation.finish() })
  }

  /// Path and query.
  private static func target(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://"), let slash = url[scheme.upperBound...].firstIndex(of: "/") else { return "/" }
    return String(url[slash...])
  }

  private static func isWatch(_ target: String) -> Bool {
    target.split(separator: "?").dropFirst().contains {
      $0.split(separator: "&").contains { $0 == "watch=1" || $0 == "watch=true" }
    }
  }
}
