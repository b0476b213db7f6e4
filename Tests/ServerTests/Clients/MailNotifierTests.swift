import Clients
import Foundation
import HTTP
import Pipeline
import Testing
import Wire

@Suite("Mail")
struct MailNotifierTests {
  @Test("Settings that cannot be used are refused with the setting's name")
  func settingsAreChecked() {
    #expect(throws: MailSettingsError.badAddress(setting: "GMAIL_USER")) { try MailSettings(sender: "sre") }
    #expect(throws: MailSettingsError.badAddress(setting: "GMAIL_USER")) { try MailSettings(sender: "a@b.example\r\nBcc: x@y") }
    #expect(throws: MailSettingsError.badAddress(setting: "MAIL_TO")) {
      try MailSettings(sender: "a@b.example", recipients: "c@d.example, Jane <j@d.example>")
    }
    #expect(throws: MailSettingsError.tooManyRecipients(limit: 20)) {
      try MailSettings(sender: "a@b.example", recipients: String(repeating: "c@d.example,", count: 21))
    }
    for url in ["http://mail", "smtp://", "smtp://user:password@mail:25", "smtp://mail/path", "mail:25"] {
      #expect(throws: MailSettingsError.badRelayURL) { try MailSettings(sender: "a@b.example", relayURL: url) }
    }
  }

  @Test("Without other recipients the sender gets the mail")
  func senderIsTheDefault() throws {
    #expect(try MailSettings(sender: "a@b.example", recipients: " , ").recipients == ["a@b.example"])
    #expect(
      try MailSettings(sender: "a@b.example", recipients: "c@d.example, e@f.example").recipients == [
        "c@d.example", "e@f.example",
      ])
  }

  @Test("A message goes to the relay as written, with its dots, and its subject is the original one")
  func messageArrives() async throws {
    let sink = try SMTPSink()
    _ = try await Self.notifier(sink).send(Self.fixed)
    let mail = try #require(sink.mails.first)
    #expect(mail.commands.contains("MAIL FROM:<sre@example.com>"))
    #expect(mail.commands.contains("RCPT TO:<team@example.com>"))
    #expect(mail.header("Subject") == "[AI-SRE] Fixed PodCrashLoopBackOff")
    #expect(mail.header("From") == "AI SRE <sre@example.com>")
    #expect(mail.header("To") == "team@example.com")
    #expect(mail.header("Date") == "Sun, 22 Nov 2026 10:00:00 +0000")
    #expect(mail.header("Content-Type") == "text/plain; charset=utf-8")
    #expect(mail.body == Self.fixed.body)
  }

  @Test("The same notification has the same Message-ID, another one another")
  func messageIDIsStable() async throws {
    let sink = try SMTPSink()
    let notifier = try Self.notifier(sink)
    let other = Notification(incident: 42, kind: .fixed, subject: Self.fixed.subject, body: "Other.\n")
    for notification in [Self.fixed, Self.fixed, other] { _ = try await notifier.send(notification) }
    let ids = sink.mails.map { $0.header("Message-ID") }
    #expect(ids[0] == ids[1] && ids[1] != ids[2])
    #expect(ids[0].hasPrefix("<ai-sre.42.fixed.") && ids[0].hasSuffix("@example.com>"))
  }

  @Test(
    "Nothing in a subject gets into the header beside it",
    arguments: [
      "a\r\nBcc: eve@example.com", "a\nBcc: eve@example.com", "a\rBcc: eve@example.com", "a\u{2028}Bcc: eve@example.com",
      "=?utf-8?Q?=0D=0ABcc:?=",
    ])
  func subjectsInjectNothing(_ subject: String) async throws {
    let sink = try SMTPSink()
    _ = try await Self.notifier(sink).send(Notification(incident: 1, kind: .escalated, subject: subject, body: "x\n"))
    let mail = try #require(sink.mails.first)
    #expect(mail.headerNames.filter { $0 == "subject" }.count == 1)
    #expect(!mail.headerNames.contains("bcc"))
  }

  @Test(
    "Any text arrives as it was, in short ASCII lines",
    arguments: [
      "plain\n", "пароль не подошёл: 🔑 = ключ\n", String(repeating: "x", count: 3000) + "\n",
      "trailing space \n.\n..dots\nFrom me\n\ttab\t\n",
      "=3D is not decoded twice\n",
    ])
  func textsSurvive(_ text: String) async throws {
    let sink = try SMTPSink()
    let notification = Notification(incident: 1, kind: .escalated, subject: "[AI-SRE] Сбой: \(text.prefix(200))", body: text)
    _ = try await Self.notifier(sink).send(notification)
    let mail = try #require(sink.mails.first)
    #expect(mail.body == text)
    #expect(mail.raw.allSatisfy { $0 < 0x80 })
    #expect(mail.raw.split(separator: 0x0A).allSatisfy { $0.count <= 79 })
    #expect(mail.header("Subject").hasPrefix("[AI-SRE] Сбой: \(text.prefix(20).split(whereSeparator: \.isNewline)[0])"))
  }

  @Test("A relay's no for now is worth another try, its no for good is not")
  func refusalsAreTold() async throws {
    for (replies, expected) in [
      (["MAIL": "451 later"], "not sent"), (["RCPT": "450 busy"], "not sent"), (["RCPT": "550 no such user"], "rejected"),
      (["DATA": "554 no"], "rejected"), (["content": "452 full"], "not sent"), (["content": "552 too big"], "rejected"),
    ] {
      let sink = try SMTPSink(replies: replies)
      #expect(await Self.failure(try Self.notifier(sink)).hasPrefix(expected), "\(replies)")
    }
  }

  @Test("A connection that breaks after the content was handed over may have delivered it")
  func lostAnswersAreTold() async throws {
    let sink = try SMTPSink(replies: ["content": ""])
    #expect(await Self.failure(try Self.notifier(sink)).hasPrefix("possibly sent"))
  }

  @Test("A relay that is not there got nothing")
  func absentRelaysAreTold() async throws {
    let settings = try MailSettings(sender: "a@b.example", relayURL: "smtp://127.0.0.1:1")
    #expect(await Self.failure(MailNotifier(settings: settings, client: HTTPClient())).hasPrefix("not sent"))
  }

  @Test("A password is sent over TLS only, and shows nowhere")
  func passwordsStayHidden() async throws {
    let sink = try SMTPSink()
    let settings = try MailSettings(sender: "a@b.example", relayURL: sink.url, password: Secret("hunter2"))
    let notifier = MailNotifier(settings: settings, client: HTTPClient())
    #expect(await !Self.failure(notifier).isEmpty)
    #expect(sink.mails.isEmpty)
    var dumped = ""
    dump(notifier, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  static let fixed = Notification(
    incident: 42, kind: .fixed, subject: "[AI-SRE] Fixed PodCrashLoopBackOff",
    body: "Incident 42\n\n.hidden? no\nConfidence = 0.9\n")

  private static func notifier(_ sink: SMTPSink) throws -> MailNotifier {
    let settings = try MailSettings(sender: "sre@example.com", recipients: "team@example.com", relayURL: sink.url)
    return MailNotifier(settings: settings, client: HTTPClient(), clock: FixedWallClock())
  }

  private static func failure(_ notifier: MailNotifier) async -> String {
    do throws(NotifierError) {
      _ = try await notifier.send(fixed)
      return ""
    } catch {
      return error.description
    }
  }
}

struct FixedWallClock: WallClock {
  var now: Timestamp { Timestamp(rfc3339: "2026-11-22T10:00:00Z") ?? Timestamp(seconds: 0) }
  func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {}
}
