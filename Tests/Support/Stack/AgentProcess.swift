/// The agent of one namespace, told about its cluster as a pod is: by two variables and the files of its ServiceAccount.
public struct AgentProcess: Sendable {
  public let process: StackProcess
  public let namespace: String

  /// - Parameters:
  ///   - link: `https://127.0.0.1:PORT` of the control plane.
  ///   - authorityFile: PEM of the authority that signed the link's certificate.
  ///   - rootKeyFile: the public key that signs key sets.
  public init(
    namespace: String, link: String, authorityFile: String, rootKeyFile: String, simulator: SimulatorProcess,
    in directory: WorkingDirectory
  ) throws {
    self.namespace = namespace
    let account = simulator.serviceAccountDirectory(namespace)
    // Whether it is ready, only the control plane can tell.
    process = StackProcess(
      .init(
        name: "sre-agent-\(namespace)", program: try Checkout.program("sre-agent"),
        environment: [
          "PATH": "/usr/bin:/bin", "HOME": directory.path, "KUBERNETES_SERVICE_HOST": "127.0.0.1",
          "KUBERNETES_SERVICE_PORT": "\(simulator.port)", "AI_SRE_SERVICE_ACCOUNT_DIRECTORY": account,
          "AI_SRE_CONTROL_PLANE": link, "AI_SRE_CONTROL_PLANE_CA": authorityFile,
          "AI_SRE_LINK_TOKEN_FILE": account + "/link-token", "AI_SRE_ROOT_KEY_FILE": rootKeyFile,
          "AI_SRE_HEALTH_FILE": directory.path("sre-agent-\(namespace).health"),
        ],
        directory: directory.path),
      isReady: { true })
  }
}
