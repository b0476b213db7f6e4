import Glibc

/// Certificates and keys that a kubeconfig holds inline, written to files of our own because curl reads files. Only the owner may
/// read them, and they go when the configuration goes.
final class CredentialFiles: Sendable {
  private let paths: [String]
  let certificateAuthority: String?
  let certificate: String?
  let key: String?

  init(certificateAuthority: [UInt8]?, certificate: [UInt8]?, key: [UInt8]?, directory: String)
    throws(ClusterConfigurationError)
  {
    var written: [String] = []
    do {
      func file(_ bytes: [UInt8]?) throws(ClusterConfigurationError) -> String? {
        guard let bytes else { return nil }
        let path = try Self.write(bytes, directory: directory)
        written.append(path)
        return path
      }
      self.certificateAuthority = try file(certificateAuthority)
      self.certificate = try file(certificate)
      self.key = try file(key)
      paths = written
    } catch {
      for path in written { unlink(path) }
      throw error
    }
  }

  deinit {
    for path in paths { unlink(path) }
  }

  /// mkstemp creates the file with mode 0600 and under a name that nobody could have put a link in place of.
  private static func write(_ bytes: [UInt8], directory: String) throws(ClusterConfigurationError) -> String {
    var template = Array((directory + "/ai-sre-credential-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: SmallFile.systemMessage()) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let reason = SmallFile.systemMessage()
        unlink(path)
        throw .unreadable(file: path, reason: reason)
      }
      rest = rest.dropFirst(count)
    }
    return path
  }
}
