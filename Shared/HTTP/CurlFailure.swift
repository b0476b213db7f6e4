import CCurl

extension HTTPError {
  /// What a failed libcurl call means to the caller. `code` must not be `CURLE_OK`.
  ///
  /// `CURLE_OPERATION_TIMEDOUT` means the connect deadline here: the other deadlines are kept by the transfer loop
  /// and the mail session, which look at them first.
  init(curl code: CURLcode, message: String) {
    let text = HTTPError.oneLine(message)
    switch code {
    case CURLE_OPERATION_TIMEDOUT:
      self = .timedOut(.connect)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY:
      self = .connect(text)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_USE_SSL_FAILED:
      self = .tls(text)
    default:
      self = .transfer(code: Int(code.rawValue), message: text)
    }
  }

  /// A message from outside as one printable line of at most 512 characters.
  static func oneLine(_ message: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in message.unicodeScalars.prefix(512) {
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .lineSeparator
      line.append(isControl ? " " : scalar)
    }
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

/// The text of a failure that libcurl reported without filling the error buffer.
func curlText(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
