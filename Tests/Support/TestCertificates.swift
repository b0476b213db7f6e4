import Crypto
import Foundation
public import NIOSSL
import SwiftASN1
import X509

/// A certificate authority and a server certificate, made on the spot in a directory of their own.
///
/// ```
/// let certificates = try TestCertificates()
/// defer { certificates.remove() }
/// // curl --cacert certificates.authorityPath https://127.0.0.1:…
/// ```
/// Keys are P-256, the certificates are good from an hour ago for a day.
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
    let authorityName = try DistinguishedName { CommonName("Test authority") }
    let authority = try Self.certificate(
      authorityName, authorityKey.publicKey, issuer: authorityName, authorityKey,
      try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      })
    let server = try Self.certificate(
      try DistinguishedName { CommonName(hosts.first ?? "localhost") }, serverKey.publicKey, issuer: authorityName, authorityKey,
      try Certificate.Extensions {
        SubjectAlternativeNames(hosts.map(Self.generalName))
        try ExtendedKeyUsage([.serverAuth])
      })
    self.directory = directory.path
    authorityPath = try write("ca.pem", try authority.serializeAsPEM().pemString)
    certificatePath = try write("server.pem", try server.serializeAsPEM().pemString)
    keyPath = try write("server.key", serverKey.pemRepresentation)
  }

  private static func certificate(
    _ subject: DistinguishedName, _ key: P256.Signing.PublicKey, issuer: DistinguishedName,
    _ issuerKey: P256.Signing.PrivateKey, _ extensions: Certificate.Extensions
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key), notValidBefore: Date() - 3600, notValidAfter: Date() + 86_400,
      issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: .init(issuerKey))
  }

  private static func generalName(_ host: String) -> GeneralName {
    let address = host.split(separator: ".").compactMap { UInt8($0) }
    return address.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: address[...])) : .dnsName(host)
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
