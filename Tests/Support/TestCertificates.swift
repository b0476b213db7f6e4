public import NIOSSL
import Crypto
import Foundation

/// A certificate authority and a server certificate, made on the spot in a directory of their own.
///
/// ```
/// let certificates = try TestCertificates()
/// defer { certificates.remove() }
/// // curl --cacert certificates.authorityPath https://127.0.0.1:…
/// ```
/// Keys are P-256, the certificates are good from an hour ago for a day. The few structures of X.509 that this needs
/// are written by hand, so that nothing beyond swift-crypto is needed to read the bytes back.
public struct TestCertificates: Sendable {
  /// Holds the PEM files below; removed by ``remove()``.
  public let directory: String
  /// The authority's certificate, for a client to trust.
  public let authorityPath: String
  /// The server's certificate.
  public let certificatePath: String
  /// The server's private key.
  public let keyPath: String

  /// - Parameter hosts: the names and IPv4 addresses that the server certificate is good for.
  public init(hosts: [String] = ["localhost", "127.0.0.1"]) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    func write(_ name: String, _ pem: String) throws -> String {
      let file = directory.appendingPathComponent(name)
      try pem.write(to: file, atomically: true, encoding: .utf8)
      return file.path
    }
    let authorityKey = P256.Signing.PrivateKey()
    let serverKey = P256.Signing.PrivateKey()
    let authority = try Certificate(
      subject: "Test authority", issuer: "Test authority", key: authorityKey.publicKey, signedBy: authorityKey,
      extensions: Certificate.authorityExtensions)
    let server = try Certificate(
      subject: hosts.first ?? "localhost", issuer: "Test authority", key: serverKey.publicKey, signedBy: authorityKey,
      extensions: Certificate.serverExtensions(hosts))
    self.directory = directory.path
    authorityPath = try write("ca.pem", authority.pem)
    certificatePath = try write("server.pem", server.pem)
    keyPath = try write("server.key", serverKey.pemRepresentation)
  }

  /// NIOSSL's configuration for a server with this certificate.
  public func serverConfiguration() throws -> TLSConfiguration {
    let chain = try NIOSSLCertificate.fromPEMFile(certificatePath).map(NIOSSLCertificateSource.certificate)
    let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
    return TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
  }

  /// Deletes the files.
  public func remove() {
    try? FileManager.default.removeItem(atPath: directory)
  }
}

/// A certificate in DER (RFC 5280 section 4.1).
private struct Certificate {
  private let der: [UInt8]

  private static let ecdsaWithSHA256 = DER.sequence(DER.identifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]))

  init(
    subject: String, issuer: String, key: P256.Signing.PublicKey, signedBy signer: P256.Signing.PrivateKey,
    extensions: [UInt8]
  ) throws {
    let serial = [0x01] + (0..<15).map { _ in UInt8.random(in: 0...255) }
    let now = Date()
    let validity = DER.sequence(DER.time(now.addingTimeInterval(-3600)), DER.time(now.addingTimeInterval(86_400)))
    let body = DER.sequence(
      DER.tagged(0xA0, DER.tagged(0x02, [2])), DER.tagged(0x02, serial), Self.ecdsaWithSHA256, Self.name(issuer), validity,
      Self.name(subject), [UInt8](key.derRepresentation), DER.tagged(0xA3, extensions))
    let signature = try signer.signature(for: body).derRepresentation
    der = DER.sequence(body, Self.ecdsaWithSHA256, DER.bits([UInt8](signature)))
  }

  var pem: String {
    let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(base64)\n-----END CERTIFICATE-----\n"
  }

  /// basicConstraints CA, keyUsage keyCertSign; both critical.
  static var authorityExtensions: [UInt8] {
    DER.sequence(
      field([0x55, 0x1D, 0x13], critical: true, DER.sequence(DER.tagged(0x01, [0xFF]))),
      field([0x55, 0x1D, 0x0F], critical: true, DER.bits([0x04], unused: 2)))
  }

  /// subjectAltName and extendedKeyUsage serverAuth.
  static func serverExtensions(_ hosts: [String]) -> [UInt8] {
    let names = hosts.flatMap { host in
      let address = host.split(separator: ".").compactMap { UInt8($0) }
      return address.count == 4 ? DER.tagged(0x87, address) : DER.tagged(0x82, Array(host.utf8))
    }
    let serverAuth = DER.sequence(DER.identifier([0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]))
    return DER.sequence(field([0x55, 0x1D, 0x11], DER.tagged(0x30, names)), field([0x55, 0x1D, 0x25], serverAuth))
  }

  private static func field(_ id: [UInt8], critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
    DER.sequence(DER.identifier(id), critical ? DER.tagged(0x01, [0xFF]) : [], DER.tagged(0x04, value))
  }

  private static func name(_ commonName: String) -> [UInt8] {
    let attribute = DER.sequence(DER.identifier([0x55, 0x04, 0x03]), DER.tagged(0x0C, Array(commonName.utf8)))
    return DER.sequence(DER.tagged(0x31, attribute))
  }
}

private enum DER {
  static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length = content.count
    switch length {
    case ..<0x80: return [tag, UInt8(length)] + content
    case ..<0x100: return [tag, 0x81, UInt8(length)] + content
    default: return [tag, 0x82, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { tagged(0x30, parts.flatMap { $0 }) }

  static func identifier(_ encoded: [UInt8]) -> [UInt8] { tagged(0x06, encoded) }

  static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { tagged(0x03, [unused] + bytes) }

  /// UTCTime, which RFC 5280 asks for until 2049.
  static func time(_ date: Date) -> [UInt8] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    let numbers = [(parts.year ?? 0) % 100, parts.month, parts.day, parts.hour, parts.minute, parts.second]
    let text = numbers.map { value in
      let value = value ?? 0
      return value < 10 ? "0\(value)" : "\(value)"
    }.joined()
    return tagged(0x17, Array((text + "Z").utf8))
  }
}
