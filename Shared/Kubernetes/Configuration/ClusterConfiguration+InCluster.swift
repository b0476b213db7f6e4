import HTTP

extension ClusterConfiguration {
  /// Where the kubelet projects a pod's ServiceAccount.
  public static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The configuration that every pod is given: the variables `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, and
  /// the files `token`, `ca.crt` and `namespace`. The token is read again for each request, since the kubelet rotates it.
  public static func inCluster(environment: [String: String], directory: String = serviceAccountDirectory)
    throws(ClusterConfigurationError) -> ClusterConfiguration
  {
    func variable(_ name: String) throws(ClusterConfigurationError) -> String {
      guard let value = environment[name], !value.isEmpty else { throw .notInCluster(missingVariable: name) }
      return value
    }
    let host = try variable("KUBERNETES_SERVICE_HOST")
    let portText = try variable("KUBERNETES_SERVICE_PORT")
    guard let port = UInt16(portText), port > 0 else {
      throw .invalid(file: "the environment", member: "KUBERNETES_SERVICE_PORT", expected: "a port number")
    }
    let tokenFile = directory + "/token"
    guard try !SmallFile.text(tokenFile).isEmpty else {
      throw .invalid(file: tokenFile, member: "the content", expected: "a token")
    }
    let authority = directory + "/ca.crt"
    _ = try SmallFile.text(authority)
    let namespaceFile = directory + "/namespace"
    let namespace = try SmallFile.text(namespaceFile)
    guard isNamespace(namespace) else {
      throw .invalid(file: namespaceFile, member: "the content", expected: "a namespace's name")
    }
    var tls = TLSConfiguration()
    tls.caFile = authority
    let authorityHost = host.contains(":") ? "[\(host)]" : host
    return ClusterConfiguration(
      server: "https://\(authorityHost):\(port)", tls: tls, credential: .bearerFile(tokenFile), namespace: namespace)
  }

  /// An RFC 1123 label.
  static func isNamespace(_ name: String) -> Bool {
    let isEdge = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard let first = name.utf8.first, let last = name.utf8.last, name.utf8.count <= 63, isEdge(first), isEdge(last) else {
      return false
    }
    return name.utf8.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") }
  }
}
