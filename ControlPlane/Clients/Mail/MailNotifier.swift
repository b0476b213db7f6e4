public import HTTP
public import Pipeline
public import Wire

/// Sends notifications as mail.
public struct MailNotifier: Notifier {
  private let settings: MailSettings
  private let client: HTTPClient
  private let clock: any WallClock

  public init(settings: MailSettings, client: HTTPClient, clock: any WallClock = SystemWallClock()) {
    self.settings = settings
    self.client = client
    self.clock = clock
  }

  public func send(_ notification: Notification) async throws(NotifierError) -> String {
    let message = MailMessage(
      notification: notification, sender: settings.sender, recipients: settings.recipients, date: clock.now)
    do {
      try await client.send(
        Mail(from: settings.sender, to: settings.recipients, content: message.bytes), through: settings.relay)
    } catch {
      throw NotifierError(error)
    }
    return "mailed to \(settings.recipients.joined(separator: ", "))"
  }
}

extension NotifierError {
  /// What was not handed over whole was not sent.
  init(_ error: HTTPError) {
    let reason = OneLine.of(error.description, limit: 200)
    switch error {
    case .connect, .tls, .overloaded, .credentialUnreadable, .timedOut, .cancelled, .closed, .transfer, .headTooLarge,
      .bodyTooLarge, .lineTooLong:
      self = .notSent(reason)
    case .mailRefused(let code, _):
      self = (400..<500).contains(code) ? .notSent(reason) : .rejected(reason)
    case .invalidRequest:
      self = .rejected(reason)
    case .mailUnconfirmed:
      self = .possiblySent(reason)
    }
  }
}
