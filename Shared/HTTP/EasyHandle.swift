import CCurl

/// Owner of one libcurl easy handle with its lists and its error text. Not Sendable: used on one thread only.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  /// The first option that libcurl did not accept.
  private(set) var failure: CURLcode?
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private let errorText: UnsafeMutablePointer<CChar>

  init?() {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    note(ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    // Signals would have to be handled for the whole process; resolving has a thread of its own instead.
    set(CURLOPT_NOSIGNAL, 1)
    // Without this, ending an exchange while its name is being resolved blocks until the resolver gives up. The
    // resolver's thread is detached then and frees its memory itself.
    set(CURLOPT_QUICK_EXIT, 1)
  }

  deinit {
    curl_easy_cleanup(pointer)
    for list in lists { curl_slist_free_all(list) }
    errorText.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(pointer, option, value)) }

  /// libcurl copies the text.
  func set(_ option: CURLoption, _ value: String) { note(ccurl_set_string(pointer, option, value)) }

  func set(_ option: CURLoption, offset: Int) { note(ccurl_set_offset(pointer, option, curl_off_t(offset))) }

  /// `context` must outlive the handle's transfers.
  func set(_ option: CURLoption, context: UnsafeMutableRawPointer) { note(ccurl_set_pointer(pointer, option, context)) }

  func set(_ option: CURLoption, callback: ccurl_bytes_callback) {
    note(ccurl_set_bytes_callback(pointer, option, callback))
  }

  func set(_ option: CURLoption, list items: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for item in items {
      guard let longer = curl_slist_append(list, item) else {
        curl_slist_free_all(list)
        return note(CURLE_OUT_OF_MEMORY)
      }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    note(ccurl_set_list(pointer, option, list))
  }

  func note(_ result: CURLcode) {
    if result != CURLE_OK, failure == nil { failure = result }
  }

  func long(_ info: CURLINFO) -> Int {
    var value = 0
    return ccurl_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  /// The error for a result other than `CURLE_OK`.
  func error(_ code: CURLcode) -> HTTPError {
    HTTPError(curl: code, message: errorText.pointee == 0 ? curlText(code) : String(cString: errorText))
  }
}

// Options that every handle of this module shares.
extension EasyHandle {
  func set(_ tls: TLSConfiguration) {
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = tls.caFile {
      set(CURLOPT_CAINFO, file)
      // libcurl keeps a parsed CA file for 24 hours otherwise, and a rotated one would be refused for as long.
      set(CURLOPT_CA_CACHE_TIMEOUT, 60)
    }
    if let file = tls.certificateFile { set(CURLOPT_SSLCERT, file) }
    if let file = tls.keyFile { set(CURLOPT_SSLKEY, file) }
  }

  func setProxy(usesEnvironment: Bool) {
    // An empty string switches proxies off, also those of the environment.
    if !usesEnvironment { set(CURLOPT_PROXY, "") }
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }
}
