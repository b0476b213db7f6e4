import Pipeline
import Wire

/// A notification as a message of RFC 5322 with CRLF line ends: plain text in UTF-8, quoted-printable.
struct MailMessage {
  /// Of the subject, in characters: no line of the header gets near the 998 bytes that a line may have.
  static let subjectLimit = 250
  /// Of the body, in bytes before encoding.
  static let bodyLimit = 128 * 1024

  let notification: Notification
  let sender: String
  let recipients: [String]
  let date: Timestamp

  var bytes: [UInt8] {
    let header = [
      "From: AI SRE <\(sender)>",
      "To: " + recipients.joined(separator: ",\r\n "),
      "Date: \(Self.dateText(date))",
      "Message-ID: \(messageID)",
      HeaderText.line("Subject", OneLine.of(notification.subject, limit: Self.subjectLimit)),
      // RFC 3834: answering machines leave it alone.
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
    ]
    return Array((header.joined(separator: "\r\n") + "\r\n\r\n").utf8) + QuotedPrintable.encode(body)
  }

  /// The same for every delivery of the same notification, so that a reader's mailbox recognises a repetition. The text counts
  /// too: mailboxes drop a message with a known id, and an incident can ask for approval twice, or have the same number as one
  /// of another database.
  var messageID: String {
    let domain = sender.split(separator: "@").last ?? "localhost"
    let text = FNV1a.hash("\(notification.subject)\n\(notification.body)")
    return "<ai-sre.\(notification.incident).\(notification.kind.rawValue).\(String(text, radix: 16))@\(domain)>"
  }

  private var body: String {
    guard notification.body.utf8.count > Self.bodyLimit else { return notification.body }
    return String(decoding: notification.body.utf8.prefix(Self.bodyLimit), as: UTF8.self) + "\n[cut]\n"
  }

  /// RFC 5322, section 3.3: `Sun, 22 Nov 2026 10:00:00 +0000`.
  static func dateText(_ time: Timestamp) -> String {
    let text = time.rfc3339
    let part = text.split { "-T:.".contains($0) }
    let month = Int(part[1]).map { monthNames[$0 - 1] } ?? ""
    return "\(weekdayName(time)), \(part[2]) \(month) \(part[0]) \(part[3]):\(part[4]):\(part[5]) +0000"
  }

  private static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private static func weekdayName(_ time: Timestamp) -> String {
    let day = 24 * 3600 * 1000 as Int64
    let days = time.milliseconds / day - (time.milliseconds % day < 0 ? 1 : 0)
    // 1970-01-01 was a Thursday.
    let weekday = Int(((days % 7) + 7) % 7)
    return ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][weekday]
  }
}

/// The 64-bit hash of Fowler, Noll and Vo: a checksum that is the same in every process, not a proof.
enum FNV1a {
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
