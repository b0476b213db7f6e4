import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// Who a client certificate of the cluster's CA stands for: the common name is the user, organisations are groups
/// (kubernetes.io, Authenticating, X509 client certificates).
enum ClientCertificate {
  /// `nil` for a connection without a certificate. The handshake has checked that one is the CA's.
  static func identity(of channel: any Channel) async -> Identity? {
    let bytes: [UInt8]? = try? await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self).peerCertificate?.toDERBytes()
    }.get()
    guard let bytes, let certificate = try? Certificate(derEncoded: bytes) else { return nil }
    let attributes = certificate.subject.flatMap { Array($0) }
    func values(_ type: ASN1ObjectIdentifier) -> [String] {
      attributes.filter { $0.type == type }.map { String(describing: $0.value) }
    }
    guard let user = values(.RDNAttributeType.commonName).first, !user.isEmpty else { return nil }
    return Identity(username: user, groups: values(.RDNAttributeType.organizationName) + ["system:authenticated"])
  }
}
