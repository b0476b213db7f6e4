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

  public func send(_ notification: Notification) async throws(NotifierError) {
    let message = MailMessage(
      notification: notification, sender: settings.sender, recipients: settings.recipients, date: clock.now)
    do {
      try await client.send(
        Mail(from: settings.sender, to: settings.recipients, content: message.bytes), through: settings.relay)
    } catch {
      throw NotifierError(error)
    }
  }
}

extension NotifierError {
  /// Whatever may have happened after the content was handed over counts as possibly sent: a person had rather miss a repetition
  /// than get a mail twice.
  init(_ error: HTTPError) {
    let reason = OneLine.of(error.description, limit: 200)
    switch error {
    case .connect, .tls, .overloaded, .credentialUnreadable, .timedOut(.connect), .timedOut(.queue):
      self = .notSent(reason)
    case .mailRefused(let code, _):
      self = (400..<500).contains(code) ? .notSent(reason) : .rejected(reason)
    case .invalidRequest:
      self = .rejected(reason)
    case .timedOut, .cancelled, .closed, .transfer, .headTooLarge, .bodyTooLarge, .lineTooLong:
      self = .possiblySent(reason)
    }
  }
}
