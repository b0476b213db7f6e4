import Crypto
import FoundationEssentials
import Glibc
import SwiftASN1
import Wire
import X509

/// The certificate of the agents' port when none is given: an authority of our own, which agents are told to trust, and a server
/// certificate by it.
enum AgentCertificate {
  static let authorityLifetime: TimeInterval = 10 * 365 * 86_400
  static let serverLifetime: TimeInterval = 365 * 86_400

  /// Makes what is missing, and a new server certificate when the names have changed or less than a third of its life is left.
  static func files(in directory: DataDirectory, names: [String], now: Timestamp) throws -> CertificateFiles {
    let files = CertificateFiles(certificate: directory.tls + "/server.pem", key: directory.tls + "/server.key")
    let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
    let authority = try authority(in: directory, date)
    if let pem = PrivateFiles.text(files.certificate), PrivateFiles.exists(files.key),
      let certificate = try? Certificate(pemEncoded: pem), serves(certificate, names, date), authority.signed(certificate)
    {
      return files
    }
    let key = P256.Signing.PrivateKey()
    let certificate = try authority.sign(
      Certificate.PublicKey(key.publicKey), commonName: names.first ?? "sre-control-plane", from: date, for: serverLifetime,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        KeyUsage(digitalSignature: true)
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names.map(generalName))
      })
    try write(key.pemRepresentation, files.key)
    try write(try certificate.serializeAsPEM().pemString, files.certificate, mode: 0o644)
    return files
  }

  private static func serves(_ certificate: Certificate, _ names: [String], _ date: Date) -> Bool {
    guard let found = try? certificate.extensions.subjectAlternativeNames else { return false }
    return Array(found) == names.map(generalName) && certificate.notValidAfter > date + serverLifetime / 3
  }

  private static func generalName(_ name: String) -> GeneralName {
    let octets = name.split(separator: ".").compactMap { UInt8($0) }
    return octets.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: octets[...])) : .dnsName(name)
  }

  private static func authority(in directory: DataDirectory, _ date: Date) throws -> Authority {
    let (certificatePath, keyPath) = (directory.tls + "/ca.pem", directory.tls + "/ca.key")
    if let pem = PrivateFiles.text(certificatePath), let key = PrivateFiles.text(keyPath) {
      return Authority(certificate: try Certificate(pemEncoded: pem), key: try P256.Signing.PrivateKey(pemRepresentation: key))
    }
    let authority = try Authority(making: "AI SRE agents' authority", date, authorityLifetime)
    try write(authority.key.pemRepresentation, keyPath)
    try write(try authority.certificate.serializeAsPEM().pemString, certificatePath, mode: 0o644)
    return authority
  }

  private static func write(_ text: String, _ path: String, mode: mode_t = 0o600) throws {
    try PrivateFiles.write(Array((text + "\n").utf8), to: path, mode: mode)
  }
}

private struct Authority {
  let certificate: Certificate
  let key: P256.Signing.PrivateKey

  init(certificate: Certificate, key: P256.Signing.PrivateKey) {
    self.certificate = certificate
    self.key = key
  }

  init(making commonName: String, _ date: Date, _ lifetime: TimeInterval) throws {
    let key = P256.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName(commonName) }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: date - 3600,
      notValidAfter: date + lifetime, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: .init(key))
    self.init(certificate: certificate, key: key)
  }

  func sign(
    _ publicKey: Certificate.PublicKey, commonName: String, from date: Date, for lifetime: TimeInterval,
    extensions: Certificate.Extensions
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: date - 3600, notValidAfter: date + lifetime,
      issuer: certificate.subject, subject: try DistinguishedName { CommonName(commonName) },
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: .init(key))
  }

  func signed(_ other: Certificate) -> Bool {
    certificate.publicKey.isValidSignature(other.signature, for: other)
  }
}
