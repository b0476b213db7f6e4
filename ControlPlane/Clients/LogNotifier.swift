public import Logging
public import Pipeline

/// Stands in where no mail is configured: the subject goes to the log, and the text stays with the incident.
public struct LogNotifier: Notifier {
  private let logger: Logger

  public init(logger: Logger = Logger(label: "notifier")) {
    self.logger = logger
  }

  public func send(_ notification: Notification) async throws(NotifierError) -> String {
    let subject = OneLine.of(notification.subject, limit: MailMessage.subjectLimit)
    logger.notice("\(subject)", metadata: ["incident": "\(notification.incident)", "kind": "\(notification.kind.rawValue)"])
    return "written to the log: mail is off"
  }
}
