public import HTTP

/// How to reach an API server, and as whom.
public struct ClusterConfiguration: Sendable {
  /// `https://host:port` without a slash at the end.
  public var server: String
  public var tls: TLSConfiguration
  /// `nil` when the client certificate in `tls` is the credential.
  public var credential: Credential?
  /// The namespace that the source names; `default` in a kubeconfig that names none.
  public var namespace: String
  /// Keeps the files alive that were written for certificate data inside a kubeconfig.
  let files: CredentialFiles?

  public init(server: String, tls: TLSConfiguration, credential: Credential?, namespace: String) {
    self.init(server: server, tls: tls, credential: credential, namespace: namespace, files: nil)
  }

  init(server: String, tls: TLSConfiguration, credential: Credential?, namespace: String, files: CredentialFiles?) {
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.tls = tls
    self.credential = credential
    self.namespace = namespace
    self.files = files
  }
}

/// Why no API server could be found out.
public enum ClusterConfigurationError: Error, Sendable, Hashable {
  /// An environment variable that Kubernetes sets in every pod is missing: this is no pod.
  case notInCluster(missingVariable: String)
  case unreadable(file: String, reason: String)
  case malformed(file: String, line: Int, reason: String)
  /// A member is missing or is not what it must be.
  case invalid(file: String, member: String, expected: String)
  /// Something that we refuse on purpose.
  case unsupported(file: String, member: String, reason: String)
}

extension ClusterConfigurationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notInCluster(let variable):
      "the environment variable \(variable) is not set: either run in a pod, or name a kubeconfig"
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .malformed(let file, let line, let reason): "\(file), line \(line): \(reason)"
    case .invalid(let file, let member, let expected): "\(file): \(member) must be \(expected)"
    case .unsupported(let file, let member, let reason): "\(file): \(member) is not supported: \(reason)"
    }
  }
}
