import Foundation
import ServiceLifecycle
import Simulator

/// The files through which other programs find the cluster; writes tokens anew before they expire.
struct ClusterDirectory: Service {
  let path: String
  let cluster: SimulatedCluster
  let agents: [String]

  private static let tokenLifetime = 3600.0
  private static let rewriteEvery = 600.0

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        guard (try? await Task.sleep(for: .seconds(Self.rewriteEvery))) != nil else { return }
        try await writeTokens()
      }
    }
  }

  /// The file `url` comes last: who finds it finds the others.
  func write() async throws {
    try write(cluster.caCertificate, "ca.pem")
    try write("\(cluster.port)\n", "port")
    try write(kubeconfig(), "kubeconfig", isSecret: true)
    try write(cluster.adminToken, "tokens/admin", isSecret: true)
    for namespace in agents + ["ai-sre"] {
      try write(cluster.caCertificate, "serviceaccounts/\(namespace)/ca.crt")
      try write(namespace, "serviceaccounts/\(namespace)/namespace")
    }
    try await writeTokens()
    try write(cluster.url + "\n", "url")
  }

  private func writeTokens() async throws {
    let controlPlane = try await cluster.token(namespace: "ai-sre", account: "sre-control-plane", seconds: Self.tokenLifetime)
    try write(controlPlane, "tokens/control-plane", isSecret: true)
    try write(controlPlane, "serviceaccounts/ai-sre/token", isSecret: true)
    for namespace in agents {
      let api = try await cluster.token(namespace: namespace, account: "ai-sre-agent", seconds: Self.tokenLifetime)
      try write(api, "serviceaccounts/\(namespace)/token", isSecret: true)
      let link = try await cluster.token(
        namespace: namespace, account: "ai-sre-agent", audiences: ["ai-sre-agent"], seconds: Self.tokenLifetime)
      try write(link, "serviceaccounts/\(namespace)/link-token", isSecret: true)
      try write(link, "tokens/\(namespace)/ai-sre-agent", isSecret: true)
    }
  }

  private func write(_ text: String, _ name: String, isSecret: Bool = false) throws {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file, options: .atomic)
    if isSecret { try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path) }
  }

  private func kubeconfig() throws -> String {
    let client = try cluster.clientCertificate(user: "kubernetes-admin", groups: ["system:masters"])
    return """
      apiVersion: v1
      kind: Config
      clusters:
      - name: simulator
        cluster:
          server: \(cluster.url)
          certificate-authority-data: \(Data(try cluster.caCertificate.utf8).base64EncodedString())
      users:
      - name: admin
        user:
          token: \(cluster.adminToken)
      - name: admin-certificate
        user:
          client-certificate-data: \(Data(client.certificate.utf8).base64EncodedString())
          client-key-data: \(Data(client.key.utf8).base64EncodedString())
      contexts:
      - name: simulator
        context:
          cluster: simulator
          user: admin
      - name: simulator-certificate
        context:
          cluster: simulator
          user: admin-certificate
      current-context: simulator

      """
  }
}
