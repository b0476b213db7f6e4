import HTTP
import Signing
import Support
import Wire

/// The receiving half of an agent: polls, and verifies what comes.
final class BenchmarkAgent: Sendable {
  let namespace: String
  private let plane: BenchmarkControlPlane
  private let http: HTTPClient
  private let boot: String
  private let trusted: TrustedKeys

  init(_ number: Int, of plane: BenchmarkControlPlane, authority: String) async throws {
    self.plane = plane
    namespace = "team-\(number)"
    boot = "benchmark-boot-\(number)"
    http = HTTPClient(configuration: .init(tls: .init(caFile: authority), maxConnectionsPerHost: 1))
    let hello = Hello(agentVersion: "benchmark", boot: boot, actions: [], epoch: 0)
    var request = ClientRequest(.post, plane.url + "/agent/v1/hello")
    request.credential = .bearer(namespace)
    request.body = try WireJSON.encode(hello)
    let body = try await http.send(request).collect(upTo: LinkLimits.message)
    let welcome = try WireJSON.decode(Welcome.self, from: body, limit: LinkLimits.message)
    var trusted = TrustedKeys(root: plane.rootKey)
    try trusted.adopt(Array(welcome.keySet.utf8))
    self.trusted = trusted
  }

  /// Until it is cancelled or the control plane ends.
  func poll() async {
    var after: Int64 = 0
    while !Task.isCancelled {
      guard let lines = try? await commands(after: after) else { break }
      for line in lines {
        guard let command = try? verified(line) else { continue }
        after = max(after, command.sequence)
        plane.stopwatch.verified(command.id)
      }
    }
    await http.shutdown()
  }

  private func commands(after: Int64) async throws -> [[UInt8]] {
    var request = ClientRequest("\(plane.url)/agent/v1/commands?after=\(after)&boot=\(boot)&wait=50")
    request.credential = .bearer(namespace)
    request.deadline = .seconds(60)
    let response = try await http.send(request)
    let body = try await response.collect(upTo: LinkLimits.envelopesPerPoll * (LinkLimits.envelope + 1))
    return body.split(separator: 0x0A).map(Array.init)
  }

  private func verified(_ line: [UInt8]) throws -> Command {
    let envelope = try Envelope(parsing: line, limit: LinkLimits.envelope)
    let now = SystemWallClock().now.milliseconds / 1000
    return try Command(parsing: trusted.verify(envelope, type: ProtocolVersion.commandPayloadType, now: now))
  }
}
