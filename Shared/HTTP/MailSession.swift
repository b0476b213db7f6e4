import CCurl

/// One mail as libcurl sends it, on the thread that calls `run`. Not Sendable.
final class MailSession {
  private let mail: Mail
  private let relay: MailRelay
  private let delivery: MailDelivery
  private let easy: EasyHandle
  private let startedAt = MonotonicTime.now
  private var sentBytes = 0
  /// The relay's last word, if it was a refusal. Its goodbye (221) after that changes nothing.
  private var refusal: SMTPReply?

  /// How long a relay may take over its goodbye once the outcome is known.
  private static let goodbyeSeconds = 2

  init?(_ mail: Mail, _ relay: MailRelay, _ delivery: MailDelivery, _ configuration: HTTPClient.Configuration) {
    guard let easy = EasyHandle() else { return nil }
    self.easy = easy
    self.mail = mail
    self.relay = relay
    self.delivery = delivery
    configure(configuration)
  }

  func run() -> Result<Void, HTTPError> {
    if let failure = easy.failure { return .failure(easy.error(failure)) }
    let code = curl_easy_perform(easy.pointer)
    return code == CURLE_OK ? .success(()) : .failure(error(code))
  }

  private func configure(_ configuration: HTTPClient.Configuration) {
    easy.set(CURLOPT_URL, relay.url)
    easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    easy.set(CURLOPT_TIMEOUT_MS, relay.deadline.curlMilliseconds)
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, relay.connectDeadline.curlMilliseconds)
    allowForReply(seconds: relay.deadline.curlMilliseconds / 1000 + 1)
    easy.set(configuration.tls)
    easy.setProxy(usesEnvironment: configuration.usesProxyEnvironment)
    SocketLiveness.set(on: easy)
    easy.set(CURLOPT_USE_SSL, Int(useSSL.rawValue))
    if let user = relay.user, let password = relay.password {
      easy.set(CURLOPT_USERNAME, user)
      easy.set(CURLOPT_PASSWORD, password.reveal())
    }
    easy.set(CURLOPT_MAIL_FROM, mail.from)
    easy.set(CURLOPT_MAIL_RCPT, list: mail.to)
    easy.set(CURLOPT_UPLOAD, 1)
    // Kept connections would say goodbye while the handle is freed, with libcurl's own time limit of two minutes.
    easy.set(CURLOPT_FORBID_REUSE, 1)
    easy.set(CURLOPT_NOPROGRESS, 0)
    setCallbacks()
  }

  private var useSSL: curl_usessl {
    switch relay.security {
    case .required: CURLUSESSL_ALL
    case .opportunistic: CURLUSESSL_TRY
    case .none: CURLUSESSL_NONE
    }
  }

  /// The callbacks get this object unretained; they run only inside `run`.
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    easy.set(CURLOPT_READDATA, context: context)
    easy.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      MailSession.from(context).fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    easy.set(CURLOPT_HEADERDATA, context: context)
    easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      MailSession.from(context).received(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    easy.set(CURLOPT_XFERINFODATA, context: context)
    easy.note(
      ccurl_set_progress_callback(easy.pointer) { context, _, _, _, _ in
        MailSession.from(context).isAbandoned ? 1 : 0
      })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> MailSession {
    guard let context else { preconditionFailure("libcurl lost the context that setCallbacks gave it") }
    return Unmanaged<MailSession>.fromOpaque(context).takeUnretainedValue()
  }
}

// What libcurl calls.
extension MailSession {
  /// libcurl asks at least once a second, also where it blocks.
  private var isAbandoned: Bool { delivery.isAbandoned || isOverdue }

  private var isOverdue: Bool { startedAt + relay.deadline <= .now }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    // Ending the content early would deliver half a mail.
    guard !isAbandoned else { return ccurl_abort_read }
    let part = mail.content[sentBytes...].prefix(buffer.count)
    if !part.isEmpty, sentBytes + part.count == mail.content.count, !delivery.handOver() { return ccurl_abort_read }
    buffer.copyBytes(from: part)
    sentBytes += part.count
    return part.count
  }

  private func received(_ line: UnsafeRawBufferPointer) {
    guard let reply = SMTPReply(line) else { return }
    if reply.code >= 400 {
      refusal = reply
    } else if reply.code != 221 {
      refusal = nil
    }
    if sentBytes == mail.content.count, reply.code == 250 {
      // The relay has the mail. What is left is the goodbye, for which nobody has to wait.
      delivery.end(.success(()))
      allowForReply(seconds: Self.goodbyeSeconds)
    } else {
      allowForReply(seconds: reply.code >= 400 ? Self.goodbyeSeconds : relay.deadline.curlMilliseconds / 1000 + 1)
    }
  }

  private func allowForReply(seconds: Int) { easy.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds) }

  private func error(_ code: CURLcode) -> HTTPError {
    if isOverdue { return .timedOut(.exchange) }
    let error = easy.error(code)
    switch error {
    case .tls, .timedOut: return error
    default: break
    }
    guard let refusal else { return error }
    return .mailRefused(code: refusal.code, message: refusal.text)
  }
}

/// The last line of a relay's reply (RFC 5321, section 4.2): three digits, a space, text.
struct SMTPReply: Equatable {
  let code: Int
  let text: String

  init(code: Int, text: String) {
    self.code = code
    self.text = text
  }

  /// nil for lines that a further line of the same reply follows, and for what is no reply.
  init?(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    guard let code = Int(text.prefix(3)), (200...599).contains(code), text.dropFirst(3).first != "-" else { return nil }
    self.init(code: code, text: HTTPError.oneLine(String(text.dropFirst(4))))
  }
}
