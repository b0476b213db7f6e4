import Foundation
import HTTP

/// A simulated cluster with its files in a directory of its own.
public struct SimulatorProcess: Sendable {
  public let process: StackProcess
  public let port: Int
  /// Holds `ca.pem`, `kubeconfig`, `tokens/` and `serviceaccounts/`; see `cluster-simulator --help`.
  public let files: String
  /// A kubeconfig with the rights that the control plane has in a cluster.
  public let controlPlaneKubeconfig: String
  private let http: HTTPClient

  /// - Parameters:
  ///   - alertmanager: where to post alerts; nil posts none.
  ///   - speed: simulated seconds per real second.
  ///   - nodes: a node takes 110 pods.
  public init(
    manifests: [String] = ["\(Checkout.root)/deploy/demo"], namespaces: [String], alertmanager: String? = nil, speed: Double = 1,
    nodes: Int = 3, in directory: WorkingDirectory
  ) throws {
    let port = try FreePorts.next()
    let files = try directory.directory("cluster")
    self.port = port
    self.files = files
    let authority = files + "/ca.pem"
    // The authority's file comes into being with the cluster: the client reads it at its first request.
    let http = HTTPClient(configuration: .init(tls: .init(caFile: authority), maxConnectionsPerHost: 2))
    self.http = http
    var arguments = ["--port", "\(port)", "--directory", files, "--speed", "\(speed)", "--nodes", "\(nodes)"]
    arguments += manifests.flatMap { ["--manifests", $0] } + namespaces.flatMap { ["--agent", $0] }
    if let alertmanager { arguments += ["--alertmanager", alertmanager] }
    process = StackProcess(
      .init(
        name: "cluster-simulator", program: try Checkout.program("cluster-simulator"), arguments: arguments,
        environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory.path),
      isReady: {
        guard FileManager.default.fileExists(atPath: files + "/url") else { return false }
        return try await http.send(ClientRequest("https://127.0.0.1:\(port)/readyz")).status == 200
      },
      // An idle connection would hold up the end: a server waits five seconds for its client's part of the TLS closure.
      willStop: { await http.shutdown() })
    controlPlaneKubeconfig = try directory.write(
      Self.kubeconfig(port: port, authority: authority, tokenFile: files + "/serviceaccounts/ai-sre/token"),
      to: "control-plane.kubeconfig")
  }

  /// As a pod of the namespace's agent finds it mounted, and `link-token` beside it.
  public func serviceAccountDirectory(_ namespace: String) -> String { "\(files)/serviceaccounts/\(namespace)" }

  public var adminTokenFile: String { files + "/tokens/admin" }
  public var authorityFile: String { files + "/ca.pem" }
  public var base: String { "https://127.0.0.1:\(port)" }

  /// Once it has started.
  public func client() throws -> SimulatorClient {
    let token = try String(contentsOfFile: adminTokenFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    return SimulatorClient(base: base, token: token, http: http)
  }

  private static func kubeconfig(port: Int, authority: String, tokenFile: String) -> String {
    """
    apiVersion: v1
    kind: Config
    clusters:
    - name: simulator
      cluster:
        server: https://127.0.0.1:\(port)
        certificate-authority: \(authority)
    users:
    - name: control-plane
      user:
        tokenFile: \(tokenFile)
    contexts:
    - name: simulator
      context:
        cluster: simulator
        user: control-plane
    current-context: simulator

    """
  }
}
