public import NIOSSL

/// The certificate and key of a listener, replaceable while it serves.
///
/// A connection takes the credentials that are current when it is accepted; those already open keep theirs. One value
/// may serve several listeners: the protocols offered by ALPN follow from each listener's ``ServingMode``.
public final class TLSCredentials: Sendable {
  private struct Contexts: Sendable {
    let both: NIOSSLContext
    let http2Only: NIOSSLContext

    init(_ configuration: TLSConfiguration) throws {
      var configuration = configuration
      configuration.applicationProtocols = ["h2", "http/1.1"]
      both = try NIOSSLContext(configuration: configuration)
      configuration.applicationProtocols = ["h2"]
      http2Only = try NIOSSLContext(configuration: configuration)
    }
  }

  private let contexts: Locked<Contexts>

  /// - Parameter configuration: made with `TLSConfiguration.makeServerConfiguration`; its application protocols are
  ///   replaced.
  /// - Throws: what NIOSSL says about a certificate and key that cannot be used.
  public init(_ configuration: TLSConfiguration) throws {
    contexts = Locked(try Contexts(configuration))
  }

  /// Takes another certificate for the connections that come from now on. When it cannot be used this throws, and
  /// the old one stays.
  public func replace(with configuration: TLSConfiguration) throws {
    let fresh = try Contexts(configuration)
    contexts.withLock { $0 = fresh }
  }

  var contextForBoth: NIOSSLContext { contexts.withLock(\.both) }
  var contextForHTTP2Only: NIOSSLContext { contexts.withLock(\.http2Only) }
}
