import Foundation
import HTTP

/// A real Alertmanager (Debian's prometheus-alertmanager) whose only receiver is the control plane.
public struct AlertmanagerProcess: Sendable {
  public let process: StackProcess
  /// `http://127.0.0.1:PORT`
  public let base: String

  /// - Parameter tokenFile: holds the webhook's token.
  init(
    port: Int, console: String, tokenFile: String, groupWait: String, groupInterval: String, in directory: WorkingDirectory,
    http: HTTPClient
  ) throws {
    let base = "http://127.0.0.1:\(port)"
    self.base = base
    var configuration = try String(contentsOfFile: "\(Checkout.root)/deploy/alertmanager/demo.yml.in", encoding: .utf8)
    let values = [
      "@CONSOLE@": console, "@TOKEN_FILE@": tokenFile, "@GROUP_WAIT@": groupWait, "@GROUP_INTERVAL@": groupInterval,
    ]
    for (mark, value) in values { configuration = configuration.replacingOccurrences(of: mark, with: value) }
    let file = try directory.write(configuration, to: "alertmanager.yml")
    process = StackProcess(
      .init(
        name: "alertmanager", program: try Checkout.systemProgram("/usr/bin/prometheus-alertmanager"),
        arguments: [
          "--config.file=\(file)", "--storage.path=\(try directory.directory("alertmanager"))",
          "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
        ],
        environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory.path),
      isReady: { try await http.send(ClientRequest("\(base)/-/ready")).status == 200 })
  }
}
