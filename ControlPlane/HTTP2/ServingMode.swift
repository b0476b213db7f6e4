/// What a listener speaks.
public enum ServingMode: Sendable {
  /// HTTP/1.1 without TLS.
  case plainHTTP1
  /// HTTP/2 without TLS and without negotiation ("prior knowledge"): for tests and benchmarks.
  case plainHTTP2
  /// TLS; ALPN `h2` or `http/1.1`. A client without ALPN gets HTTP/1.1.
  case tls(TLSCredentials)
  /// TLS with ALPN `h2`; a client that negotiates anything else is closed.
  case tlsHTTP2Only(TLSCredentials)
}
