import Foundation
import HTTP
import Testing

@testable import Kubernetes

@Suite("Kubeconfig")
struct KubeconfigTests {
  /// What `kubectl config view` prints: lists at the indentation of their key, empty maps, extensions.
  private static let plain = """
    apiVersion: v1
    clusters:
    - cluster:
        certificate-authority: ca.crt
        extensions:
        - extension:
            last-update: Sun, 22 Nov 2026 10:00:00 UTC
            version: "v1.38.0"
          name: cluster_info
        server: https://127.0.0.1:6443/
      name: kind-shop
    contexts:
    - context:
        cluster: kind-shop
        namespace: shop
        user: 'robot'   # quoted
      name: kind-shop
    - context:
        cluster: kind-shop
        user: nobody
      name: other
    current-context: kind-shop
    kind: Config
    preferences: {}
    users:
    - name: nobody
      user: {}
    - name: robot
      user:
        token: abc.def-ghi
    """

  private func read(_ text: String, context: String? = nil) throws -> ClusterConfiguration {
    try TemporaryDirectory.with { directory in
      let path = directory + "/config"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return try ClusterConfiguration.kubeconfig(path: path, context: context, temporaryDirectory: directory)
    }
  }

  @Test("A token, a server and a namespace as kubectl writes them; a relative path counts from the file")
  func plainFile() throws {
    let configuration = try read(Self.plain)
    #expect(configuration.server == "https://127.0.0.1:6443")
    #expect(configuration.namespace == "shop")
    #expect(configuration.tls.caFile?.hasSuffix("/ca.crt") == true)
    #expect(configuration.tls.caFile?.hasPrefix("/") == true)
    guard case .bearer("abc.def-ghi")? = configuration.credential else { Issue.record("a token was expected"); return }
  }

  @Test("The same as JSON")
  func json() throws {
    let text = """
      {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],
       "clusters":[{"name":"k","cluster":{"server":"https://api:443"}}],"users":[{"name":"u","user":{"tokenFile":"/run/token"}}]}
      """
    let configuration = try read(text)
    #expect(configuration.namespace == "default")
    guard case .bearerFile("/run/token")? = configuration.credential else { Issue.record("a token file was expected"); return }
  }

  @Test("Certificates inside the file are written for the owner only and go with the configuration")
  func inlineCertificates() throws {
    let data = Data("-----BEGIN CERTIFICATE-----".utf8).base64EncodedString()
    let text = Self.plain
      .replacing("certificate-authority: ca.crt", with: "certificate-authority-data: \(data)")
      .replacing("token: abc.def-ghi", with: "client-certificate-data: \(data)\n    client-key-data: \(data)")
    try TemporaryDirectory.with { directory in
      let path = directory + "/config"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      var configuration: ClusterConfiguration? = try .kubeconfig(path: path, temporaryDirectory: directory)
      let files = [configuration?.tls.caFile, configuration?.tls.certificateFile, configuration?.tls.keyFile].compactMap { $0 }
      #expect(files.count == 3)
      for file in files {
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "-----BEGIN CERTIFICATE-----")
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
      }
      configuration = nil
      #expect(files.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    }
  }

  struct Refusal: CustomTestStringConvertible {
    let replace: String
    let with: String
    let message: String
    var testDescription: String { message }
  }

  @Test(
    "What is refused says where and why",
    arguments: [
      Refusal(
        replace: "certificate-authority: ca.crt", with: "insecure-skip-tls-verify: true",
        message: "clusters[0].cluster.insecure-skip-tls-verify is not supported"),
      Refusal(replace: "token: abc.def-ghi", with: "exec:\n        command: aws", message: "users[1].user.exec is not supported"),
      Refusal(
        replace: "token: abc.def-ghi", with: "auth-provider:\n        name: gcp",
        message: "users[1].user.auth-provider is not supported"),
      Refusal(replace: "token: abc.def-ghi", with: "username: admin\n    password: x", message: "password is not supported"),
      Refusal(replace: "token: abc.def-ghi", with: "as: admin", message: "users[1].user.as is not supported"),
      Refusal(replace: "token: abc.def-ghi", with: "client-certificate: a.pem", message: "both a client certificate and its key"),
      Refusal(replace: "token: abc.def-ghi", with: "token: ''", message: "given a token, a tokenFile or a client certificate"),
      Refusal(
        replace: "certificate-authority: ca.crt", with: "certificate-authority-data: '%%%'",
        message: "certificate-authority-data must be base64"),
      Refusal(replace: "https://127.0.0.1:6443/", with: "http://127.0.0.1:8080", message: "server must be an https:// URL"),
      Refusal(replace: "current-context: kind-shop", with: "current-context: \"\"", message: "current-context must be"),
      Refusal(replace: "current-context: kind-shop", with: "current-context: gone", message: "an entry named gone"),
      Refusal(replace: "namespace: shop", with: "namespace: Shop/../x", message: "contexts[0].context.namespace must be"),
      Refusal(replace: "preferences: {}", with: "preferences: &a {}", message: "no anchors, tags"),
      Refusal(replace: "preferences: {}", with: "preferences: {a: b}", message: "flow collections"),
      Refusal(replace: "preferences: {}", with: "preferences: |\n  text", message: "block scalars"),
      Refusal(replace: "preferences: {}", with: "preferences: \"open", message: "the quote does not end on its line"),
      Refusal(replace: "preferences: {}", with: "\tpreferences: {}", message: "a tab cannot indent"),
      Refusal(replace: "preferences: {}", with: "kind: Config", message: "kind is given twice"),
      Refusal(replace: "preferences: {}", with: "---", message: "only one document"),
      Refusal(replace: "preferences: {}", with: "preferences", message: "expected a key and a colon"),
      Refusal(replace: "    token: abc.def-ghi", with: "    token: a\n      b: c", message: "expected a key"),
    ])
  func refused(_ refusal: Refusal) throws {
    #expect(Self.plain.contains(refusal.replace))
    let text = Self.plain.replacing(refusal.replace, with: refusal.with)
    let error = #expect(throws: ClusterConfigurationError.self) { try read(text) }
    #expect(error?.description.contains(refusal.message) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.contains("abc.def") == false)
  }

  @Test("A missing, an empty and a truncated file are clear errors")
  func broken() throws {
    #expect(throws: ClusterConfigurationError.self) { try ClusterConfiguration.kubeconfig(path: "/nonexistent/config") }
    for text in ["", "{", "[]", "just text", "{\"a\":1}"] {
      #expect(throws: ClusterConfigurationError.self, "\(text)") { try read(text) }
    }
    let complete = Self.plain
    for length in stride(from: 0, to: complete.utf8.count, by: 7) {
      // Whatever is cut off: an error or a configuration, never a crash.
      _ = try? read(String(decoding: complete.utf8.prefix(length), as: UTF8.self))
    }
  }
}

@Suite("In-cluster configuration")
struct InClusterTests {
  private let environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]

  private func with(token: String = "abc\n", namespace: String = "shop", _ body: (String) throws -> Void) throws {
    try TemporaryDirectory.with { directory in
      for (name, text) in [("token", token), ("ca.crt", "-----BEGIN CERTIFICATE-----"), ("namespace", namespace)] {
        try text.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
      }
      try body(directory)
    }
  }

  @Test("The variables and the files of a pod")
  func complete() throws {
    try with { directory in
      let configuration = try ClusterConfiguration.inCluster(environment: environment, directory: directory)
      #expect(configuration.server == "https://10.96.0.1:443")
      #expect(configuration.namespace == "shop")
      #expect(configuration.tls.caFile == directory + "/ca.crt")
      guard case .bearerFile(let file)? = configuration.credential else { Issue.record("a token file was expected"); return }
      #expect(file == directory + "/token")
    }
  }

  @Test("An IPv6 address is bracketed")
  func ipv6() throws {
    try with { directory in
      let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
      let configuration = try ClusterConfiguration.inCluster(environment: environment, directory: directory)
      #expect(configuration.server == "https://[fd00::1]:443")
    }
  }

  @Test("Outside a pod, without a token or with a bad port or namespace, the message says what is wrong")
  func incomplete() throws {
    try with { directory in
      let outside = #expect(throws: ClusterConfigurationError.self) {
        try ClusterConfiguration.inCluster(environment: [:], directory: directory)
      }
      #expect(outside == .notInCluster(missingVariable: "KUBERNETES_SERVICE_HOST"))
      let bad = environment.merging(["KUBERNETES_SERVICE_PORT": "http"]) { $1 }
      #expect(throws: ClusterConfigurationError.self) {
        try ClusterConfiguration.inCluster(environment: bad, directory: directory)
      }
    }
    try with(token: " \n") { directory in
      #expect(throws: ClusterConfigurationError.self) {
        try ClusterConfiguration.inCluster(environment: environment, directory: directory)
      }
    }
    try with(namespace: "kube/../x") { directory in
      #expect(throws: ClusterConfigurationError.self) {
        try ClusterConfiguration.inCluster(environment: environment, directory: directory)
      }
    }
    #expect(throws: ClusterConfigurationError.self) {
      try ClusterConfiguration.inCluster(environment: environment, directory: "/nonexistent")
    }
  }
}

enum TemporaryDirectory {
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "kubernetes-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try body(directory.path())
  }
}
