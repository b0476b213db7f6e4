import Clients
import HTTP
import Logging
import Pipeline

/// Everything that can be set, read once at the start.
struct Settings: Sendable {
  let dataDirectory: DataDirectory
  let listen: SocketAddress
  let agentListen: SocketAddress
  let tls: CertificateFiles?
  let agentTLS: CertificateFiles?
  let agentServerNames: [String]
  let clusterName: String
  let clusterAgentNamespace: String
  let takesSignals: Bool
  let retentionDays: Int
  let kubeconfig: String?
  let signerSocket: String?
  let groq: GroqSettings?
  let modelDeadline: Duration
  let qdrant: QdrantSettings?
  let namespaceGroups: NamespaceGroups
  let mail: MailSettings?
  let testNamespace: String
  let testDeployment: String
  let policy: PolicySettings
  let webDirectory: String
  let logLevel: Logger.Level
}

/// Where to listen.
struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
  let host: String
  let port: Int

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Only this machine can reach it.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `HOST:PORT` or `[IPV6]:PORT`.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }
}

struct CertificateFiles: Sendable {
  let certificate: String
  let key: String
}
