import Crypto
import Foundation
import X509

/// A certificate authority of one run, and the server certificate it signs.
struct CertificateAuthority {
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
    pem = try Self.pem(certificate, signedBy: key)
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
        try Self.alternativeNames()
      }, issuerPrivateKey: .init(key))
    return (try Self.pem(certificate, signedBy: key), serverKey.pemRepresentation)
  }

  /// The names of a server on the loopback. Its addresses are octet strings of swift-asn1, so that the list is encoded by hand.
  private static func alternativeNames() throws -> Certificate.Extension {
    var names: [UInt8] = []
    for host in ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"] {
      names += [0x82] + length(host.utf8.count) + Array(host.utf8)
    }
    for address in [[127, 0, 0, 1], Array(repeating: 0, count: 15) + [1]] as [[UInt8]] {
      names += [0x87] + length(address.count) + address
    }
    var list = try Certificate.Extension(SubjectAlternativeNames([.dnsName("localhost")]), critical: false)
    list.value = ([0x30] + length(names.count) + names)[...]
    return list
  }

  /// The certificate as PEM. The serialiser of swift-asn1 is no dependency here, so that the outer SEQUENCE of the signed part,
  /// ecdsa-with-SHA256 and a signature over it is put together by hand.
  private static func pem(_ certificate: Certificate, signedBy key: P256.Signing.PrivateKey) throws -> String {
    let signed = Array(certificate.tbsCertificateBytes)
    let algorithm: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    let signature = Array(try key.signature(for: Data(signed)).derRepresentation)
    let body = signed + algorithm + [0x03] + length(signature.count + 1) + [0x00] + signature
    let der = Data([0x30] + length(body.count) + body)
    let text = der.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
  }

  private static func length(_ count: Int) -> [UInt8] {
    switch count {
    case ..<0x80: [UInt8(count)]
    case ..<0x100: [0x81, UInt8(count)]
    default: [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
    }
  }
}
