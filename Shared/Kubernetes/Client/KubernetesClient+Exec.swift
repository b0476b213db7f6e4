import FoundationEssentials
public import HTTP

/// What a command in a container did.
public struct ExecResult: Sendable, Hashable {
  /// Both streams in the order in which they came, cut at the limit.
  public let output: [UInt8]
  public let isCut: Bool
  /// Nil when the server did not say.
  public let exitCode: Int?
  /// What the server said when it was no plain success.
  public let message: String?
}

/// The channels of `v5.channel.k8s.io`: the first byte of each message names one. Pure.
struct ExecChannels: Sendable {
  static let subprotocol = "v5.channel.k8s.io"

  let limit: Int
  private(set) var output: [UInt8] = []
  private(set) var isCut = false
  private(set) var status: [UInt8]?

  init(limit: Int) { self.limit = limit }

  /// - Returns: false when nothing of interest can follow.
  mutating func receive(_ message: [UInt8]) -> Bool {
    guard let channel = message.first else { return true }
    switch channel {
    case 1, 2:
      let room = limit - output.count
      output.append(contentsOf: message.dropFirst().prefix(room))
      if message.count - 1 > room { isCut = true }
      return true
    case 3:
      status = Array(message.dropFirst())
      return false
    // A stream that the server closes (255), and what nobody knows.
    default: return true
    }
  }

  private struct Status: Decodable {
    struct Details: Decodable {
      struct Cause: Decodable {
        let reason: String?
        let message: String?
      }
      let causes: [Cause]?
    }
    let status: String?
    let message: String?
    let details: Details?
  }

  var result: ExecResult {
    let status = status.flatMap { try? JSONDecoder().decode(Status.self, from: Data($0)) }
    let isSuccess = status?.status == "Success"
    let code = status?.details?.causes?.first { $0.reason == "ExitCode" }?.message.flatMap { Int($0) }
    return ExecResult(
      output: output, isCut: isCut, exitCode: isSuccess ? 0 : code, message: isSuccess ? nil : status?.message)
  }
}

extension KubernetesClient {
  /// Runs a command in a container and waits for its end. It gets no input and no terminal.
  ///
  /// - Parameter limit: bytes of output that are kept; what comes after them is read and dropped.
  public func exec(
    pod: String, namespace: String, container: String, argv: [String], limit: Int = 64 * 1024, deadline: Duration
  ) async throws(WebSocketError) -> ExecResult {
    var query = Query()
    query.add("container", container)
    for argument in argv { query.add("command", argument) }
    query.add("stdout", "true")
    query.add("stderr", "true")
    var request = request(.get, path(Pod.type, namespace: namespace, name: pod, subresource: "exec") + query.text)
    request.deadline = deadline
    do {
      try checkListed(request)
    } catch {
      throw .notConnected(.invalidRequest("\(error)"))
    }
    guard let network = http as? HTTPClient else {
      throw .notConnected(.invalidRequest("commands need a connection of their own, which only the network has"))
    }
    let channels = try await network.webSocket(
      request, subprotocol: ExecChannels.subprotocol, messageLimit: 256 * 1024, into: ExecChannels(limit: limit)
    ) { $0.receive($1) }
    return channels.result
  }
}
