import Foundation

/// An SMTP server that keeps every mail in a maildir (Debian's python3-aiosmtpd).
public struct MailSink: Sendable {
  public let process: StackProcess
  /// For `SMTP_URL`.
  public let url: String
  private let mailbox: String

  init(in directory: WorkingDirectory) throws {
    let port = try FreePorts.next()
    mailbox = directory.path("mail")
    url = "smtp://127.0.0.1:\(port)"
    process = StackProcess(
      .init(
        name: "mail-sink", program: try Checkout.systemProgram("/usr/bin/python3"),
        arguments: ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox", mailbox, "-l", "127.0.0.1:\(port)"],
        environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory.path),
      isReady: { try Loopback.accepts(port) })
  }

  public struct Mail: Sendable {
    public let subject: String
    public let text: String
  }

  /// What has arrived, in no order.
  public func mails() throws -> [Mail] {
    let inbox = mailbox + "/new"
    return try FileManager.default.contentsOfDirectory(atPath: inbox).map { name in
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(inbox)/\(name)")), as: UTF8.self)
      let subject = text.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("subject:") }
      return Mail(subject: subject?.dropFirst("subject:".count).trimmingCharacters(in: .whitespaces) ?? "", text: text)
    }
  }

  public func count(subject: String) throws -> Int {
    try mails().count { $0.subject == subject }
  }
}
