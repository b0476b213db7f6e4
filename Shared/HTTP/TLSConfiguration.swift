/// Whom a client trusts and how it shows itself. TLS 1.2 is the oldest version; certificate and host name are always
/// checked.
public struct TLSConfiguration: Sendable, Equatable {
  /// PEM file of the certificate authorities to trust, instead of the system's. Read again within a minute after it
  /// changed, for new connections.
  public var caFile: String?
  /// PEM file of the client's certificate, followed by its intermediates.
  public var certificateFile: String?
  /// PEM file of the client's private key.
  public var keyFile: String?

  public init(caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
