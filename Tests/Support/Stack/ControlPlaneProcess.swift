import Foundation
public import HTTP

/// A control plane with its data in a directory of its own, on ports that stay the same over restarts.
public struct ControlPlaneProcess: Sendable {
  public let process: StackProcess
  /// `http://127.0.0.1:PORT`: people and Alertmanager.
  public let console: String
  /// `https://127.0.0.1:PORT`: agents.
  public let agentLink: String
  private let data: String

  /// - Parameter settings: by the names of its environment variables.
  public init(
    consolePort: Int, settings: [String: String] = [:], kubeconfig: String, mailRelay: String, in directory: WorkingDirectory,
    http: HTTPClient
  ) throws {
    let console = "http://127.0.0.1:\(consolePort)"
    let agentPort = try FreePorts.next()
    let data = directory.path("control-plane")
    self.console = console
    self.data = data
    agentLink = "https://127.0.0.1:\(agentPort)"
    let environment = [
      "PATH": "/usr/bin:/bin", "HOME": directory.path, "DATA_DIRECTORY": data, "LISTEN": "127.0.0.1:\(consolePort)",
      "AGENT_LISTEN": "127.0.0.1:\(agentPort)", "KUBECONFIG": kubeconfig, "SMTP_URL": mailRelay,
      "MAIL_TO": "on-call@example.com", "WEB_DIRECTORY": "\(Checkout.root)/web",
    ].merging(settings) { $1 }
    let listening = data + "/listening.json"
    process = StackProcess(
      .init(
        name: "sre-control-plane", program: try Checkout.program("sre-control-plane"), arguments: ["serve"],
        environment: environment, directory: directory.path),
      isReady: {
        // The file of a killed predecessor lies there still: only an answer counts.
        guard FileManager.default.fileExists(atPath: listening) else { return false }
        return try await http.send(ClientRequest("\(console)/health")).status == 200
      })
  }

  public var authorityFile: String { "\(data)/tls/ca.pem" }
  public var rootKeyFile: String { "\(data)/keys/root.pub" }
  public var webhookTokenFile: String { "\(data)/tokens/webhook" }
  public var databaseFile: String { "\(data)/incidents.db" }

  public func consoleToken() throws -> String { try Self.text("\(data)/tokens/console") }
  public func webhookToken() throws -> String { try Self.text(webhookTokenFile) }

  private static func text(_ file: String) throws -> String {
    try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
