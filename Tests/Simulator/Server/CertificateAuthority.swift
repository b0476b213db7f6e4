import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority of one run, and the server certificate it signs.
struct CertificateAuthority: Sendable {
  private let key: P256.Signing.PrivateKey
  private let name: DistinguishedName
  /// The authority's certificate as PEM.
  let pem: String

  init() throws {
    let key = P256.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName("simulated-kubernetes-ca") }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: Date() - 3600,
      notValidAfter: Date() + 10 * 365 * 86_400, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: .init(key.publicKey))
      }, issuerPrivateKey: .init(key))
    pem = try certificate.serializeAsPEM().pemString
    (self.key, self.name) = (key, name)
  }

  /// A certificate and key for the API server on the loopback.
  func issueServer() throws -> (certificate: String, key: String) {
    let serverKey = P256.Signing.PrivateKey()
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey), notValidBefore: Date() - 3600,
      notValidAfter: Date() + 365 * 86_400, issuer: name, subject: try DistinguishedName { CommonName("kube-apiserver") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: .init(key.publicKey)).keyIdentifier)
        Self.alternativeNames
      }, issuerPrivateKey: .init(key))
    return (try certificate.serializeAsPEM().pemString, serverKey.pemRepresentation)
  }

  /// A certificate and key for a user of the API: the name is the user's, organisations are groups.
  func issueClient(user: String, groups: [String]) throws -> (certificate: String, key: String) {
    let clientKey = P256.Signing.PrivateKey()
    let subject = try DistinguishedName {
      for group in groups { OrganizationName(group) }
      CommonName(user)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(clientKey.publicKey), notValidBefore: Date() - 3600,
      notValidAfter: Date() + 365 * 86_400, issuer: name, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.clientAuth])
        AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: .init(key.publicKey)).keyIdentifier)
      }, issuerPrivateKey: .init(key))
    return (try certificate.serializeAsPEM().pemString, clientKey.pemRepresentation)
  }

  private static var alternativeNames: SubjectAlternativeNames {
    let names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map { GeneralName.dnsName($0) }
    let addresses: [[UInt8]] = [[127, 0, 0, 1], Array(repeating: 0, count: 15) + [1]]
    return SubjectAlternativeNames(names + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) })
  }
}
