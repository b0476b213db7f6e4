import FoundationEssentials
import HTTP

extension ClusterConfiguration {
  /// Reads a kubeconfig, YAML as kubectl writes it or JSON. Understood are tokens, token files and client certificates, and
  /// a certificate authority. Switched-off certificate checks, exec plugins, auth providers, passwords, proxies and
  /// impersonation are refused.
  /// - Parameters:
  ///   - context: the context to take; `current-context` without one.
  ///   - temporaryDirectory: where certificates inside the file are written for curl, readable by the owner only.
  public static func kubeconfig(path: String, context: String? = nil, temporaryDirectory: String = "/tmp")
    throws(ClusterConfigurationError) -> ClusterConfiguration
  {
    try Kubeconfig(path: path).configuration(context: context, temporaryDirectory: temporaryDirectory)
  }
}

private struct Kubeconfig {
  let path: String
  let root: JSONValue

  init(path: String) throws(ClusterConfigurationError) {
    self.path = path
    let bytes = try SmallFile.bytes(path)
    let text = String(decoding: bytes, as: UTF8.self)
    if text.first(where: { !$0.isWhitespace }) == "{" {
      guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
        throw .malformed(file: path, line: 1, reason: "not valid JSON")
      }
      root = value
    } else {
      do {
        root = try BlockYAML.parse(text)
      } catch {
        throw .malformed(file: path, line: error.line, reason: error.reason)
      }
    }
    guard root.objectValue != nil else {
      throw .invalid(file: path, member: "the document", expected: "a kubeconfig (kind: Config)")
    }
  }

  func configuration(context chosen: String?, temporaryDirectory: String) throws(ClusterConfigurationError)
    -> ClusterConfiguration
  {
    guard let name = chosen ?? root["current-context"]?.stringValue, !name.isEmpty else {
      throw .invalid(file: path, member: "current-context", expected: "the name of a context")
    }
    let context = try entry(name, of: "contexts", holding: "context")
    let cluster = try entry(try text(context, "cluster"), of: "clusters", holding: "cluster")
    let user = try entry(try text(context, "user"), of: "users", holding: "user")
    try refuse(in: cluster)
    try refuse(in: user)
    let server = try text(cluster, "server")
    guard server.value.hasPrefix("https://") else {
      throw .invalid(file: path, member: server.member, expected: "an https:// URL")
    }
    let files = try CredentialFiles(
      certificateAuthority: try data(cluster, "certificate-authority-data"),
      certificate: try data(user, "client-certificate-data"), key: try data(user, "client-key-data"),
      directory: temporaryDirectory)
    var tls = TLSConfiguration()
    tls.caFile = files.certificateAuthority ?? file(cluster, "certificate-authority")
    tls.certificateFile = files.certificate ?? file(user, "client-certificate")
    tls.keyFile = files.key ?? file(user, "client-key")
    guard (tls.certificateFile == nil) == (tls.keyFile == nil) else {
      throw .invalid(file: path, member: user.member, expected: "given both a client certificate and its key")
    }
    let credential = credential(user)
    guard credential != nil || tls.certificateFile != nil else {
      throw .invalid(file: path, member: user.member, expected: "given a token, a tokenFile or a client certificate")
    }
    let namespace = context.value["namespace"]?.stringValue ?? "default"
    guard ClusterConfiguration.isNamespace(namespace) else {
      throw .invalid(file: path, member: "\(context.member).namespace", expected: "a namespace's name")
    }
    return ClusterConfiguration(
      server: server.value, tls: tls, credential: credential, namespace: namespace, files: files)
  }

  /// kubectl prefers the file when both are given.
  private func credential(_ user: Entry) -> Credential? {
    if let file = file(user, "tokenFile") { return .bearerFile(file) }
    return user.value["token"]?.stringValue.flatMap { $0.isEmpty ? nil : .bearer($0) }
  }
}

extension Kubeconfig {
  /// A value and where it stands, for messages.
  private struct Entry {
    let member: String
    let value: JSONValue
  }

  private func entry(_ name: (member: String, value: String), of list: String, holding kind: String)
    throws(ClusterConfigurationError) -> Entry
  {
    try entry(name.value, of: list, holding: kind)
  }

  private func entry(_ name: String, of list: String, holding kind: String) throws(ClusterConfigurationError) -> Entry {
    let entries = root[list]?.arrayValue ?? []
    guard let index = entries.firstIndex(where: { $0["name"]?.stringValue == name }) else {
      throw .invalid(file: path, member: list, expected: "a list with an entry named \(name)")
    }
    return Entry(member: "\(list)[\(index)].\(kind)", value: entries[index][kind] ?? .object([:]))
  }

  private func text(_ entry: Entry, _ name: String) throws(ClusterConfigurationError) -> (member: String, value: String) {
    guard let value = entry.value[name]?.stringValue, !value.isEmpty else {
      throw .invalid(file: path, member: "\(entry.member).\(name)", expected: "given")
    }
    return ("\(entry.member).\(name)", value)
  }

  private func data(_ entry: Entry, _ name: String) throws(ClusterConfigurationError) -> [UInt8]? {
    guard let text = entry.value[name]?.stringValue, !text.isEmpty else { return nil }
    guard let bytes = Base64.decode(text) else {
      throw .invalid(file: path, member: "\(entry.member).\(name)", expected: "base64")
    }
    return bytes
  }

  /// A path; a relative one counts from the kubeconfig's directory, as kubectl has it.
  private func file(_ entry: Entry, _ name: String) -> String? {
    guard let file = entry.value[name]?.stringValue, !file.isEmpty else { return nil }
    if file.hasPrefix("/") { return file }
    guard let slash = path.lastIndex(of: "/") else { return file }
    return path[...slash] + file
  }

  private func refuse(in entry: Entry) throws(ClusterConfigurationError) {
    let refused = [
      "insecure-skip-tls-verify": "the server's certificate is always checked; give certificate-authority instead",
      "tls-server-name": "connect by a name that the certificate holds", "proxy-url": "connect directly",
      "exec": "no other program is run for credentials; use a token, a tokenFile or a client certificate",
      "auth-provider": "it was removed from Kubernetes; use a token, a tokenFile or a client certificate",
      "username": "basic authentication was removed from Kubernetes",
      "password": "basic authentication was removed from Kubernetes",
      "as": "impersonation is not offered", "as-groups": "impersonation is not offered", "as-uid": "impersonation is not offered",
    ]
    for (name, reason) in refused.sorted(by: { $0.key < $1.key }) {
      switch entry.value[name] {
      case nil, .null?, .bool(false)?, .string("false")?, .string("")?: continue
      default: throw .unsupported(file: path, member: "\(entry.member).\(name)", reason: reason)
      }
    }
  }
}
