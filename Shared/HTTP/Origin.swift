import CCurl

/// Scheme, host and port of a URL: what connections are made to.
///
/// Taken from a URL with libcurl's own parser, so that what is checked here is what libcurl connects to.
struct Origin: Hashable, Sendable {
  let scheme: String
  let host: String
  let port: String
  /// The host is an IPv6 address with a zone, such as `[fe80::1%25eth0]`.
  let hasZone: Bool

  /// - Parameter schemes: the schemes that the caller can speak.
  init(url: String, schemes: [String], forbidsPath: Bool = false) throws(HTTPError) {
    let expected = schemes.map { "\($0)://" }.joined(separator: " or ")
    guard url.utf8.count <= Self.lengthLimit else { throw .invalidRequest("the URL has more than \(Self.lengthLimit) bytes") }
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .invalidRequest("the URL has white space, control or non-ASCII characters; they must be percent-encoded")
    }
    guard let parsed = ParsedURL() else { throw .transfer(code: Int(CURLE_OUT_OF_MEMORY.rawValue), message: "out of memory") }
    guard parsed.parse(url), let scheme = parsed[CURLUPART_SCHEME], let host = parsed[CURLUPART_HOST], !host.isEmpty,
      let port = parsed[CURLUPART_PORT]
    else { throw .invalidRequest("the URL is not of the form \(expected)HOST…") }
    guard schemes.contains(scheme) else { throw .invalidRequest("the URL's scheme is not one of \(expected)") }
    guard parsed[CURLUPART_USER] == nil, parsed[CURLUPART_PASSWORD] == nil, parsed[CURLUPART_OPTIONS] == nil else {
      throw .invalidRequest("the URL has user information; credentials are given apart from the URL")
    }
    if forbidsPath, let path = parsed[CURLUPART_PATH], path != "/" {
      throw .invalidRequest("the URL has a path; expected \(expected)HOST:PORT")
    }
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port
    self.hasZone = parsed[CURLUPART_ZONEID] != nil
  }

  /// Far above what servers take (commonly 8 KiB); a bound for what is handed to the parser.
  private static let lengthLimit = 64 * 1024
}

/// Owner of one `CURLU` handle.
private struct ParsedURL: ~Copyable {
  private let handle: OpaquePointer

  init?() {
    guard let handle = curl_url() else { return nil }
    self.handle = handle
  }

  deinit { curl_url_cleanup(handle) }

  func parse(_ url: String) -> Bool { curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK }

  subscript(part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
