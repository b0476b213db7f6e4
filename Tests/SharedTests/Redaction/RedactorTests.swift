import Foundation
import Redaction
import Testing

@Suite("Redaction")
struct RedactorTests {
  private let redactor = Redactor()

  @Test("No secret gets through, and what stands around it stays", arguments: SecretSample.all)
  func secretsAreTakenOut(_ sample: SecretSample) {
    let text = redactor.redact(sample.text)
    #expect(!text.contains(sample.secret), "\(text)")
    #expect(text.contains(Redactor.mark), "\(text)")
    for line in sample.secret.split(separator: "\n") where line.count > 12 && !line.hasPrefix("-----") {
      #expect(!text.contains(line), "\(text)")
    }
    for kept in sample.keeps { #expect(text.contains(kept), "\(text)") }
  }

  @Test("There are at least eighty kinds of secret")
  func kindsAreMany() {
    #expect(Set(SecretSample.all.map(\.kind)).count >= 80)
  }

  @Test("Ordinary lines stay as they are", arguments: OrdinaryLines.all)
  func ordinaryLinesStay(_ line: String) {
    #expect(redactor.redact(line) == line)
  }

  @Test("What was redacted once is not changed again", arguments: SecretSample.all)
  func redactionIsIdempotent(_ sample: SecretSample) {
    let once = redactor.redact(sample.text)
    #expect(redactor.redact(once) == once)
  }

  @Test("A secret is found wherever a log puts it", arguments: SecretSample.all)
  func surroundingsDoNotHideIt(_ sample: SecretSample) throws {
    let line = sample.text.contains("\n") ? sample.text : "2026-11-22T10:00:00Z ERROR [main] \(sample.text) (attempt 3)"
    #expect(!redactor.redact(line).contains(sample.secret), "\(redactor.redact(line))")
    let json = String(decoding: try JSONEncoder().encode(["msg": sample.text]), as: UTF8.self)
    let escaped = String(decoding: try JSONEncoder().encode(sample.secret), as: UTF8.self).dropFirst().dropLast()
    #expect(!redactor.redact(json).contains(escaped), "\(redactor.redact(json))")
  }

  @Test("A private key that a cut has halved is still taken out", arguments: ["PRIVATE KEY", "RSA PRIVATE KEY"])
  func halvesOfPrivateKeysAreTakenOut(_ label: String) {
    let pem = MadeSecret.pem(label)
    let half = pem.utf8.count / 2
    for piece in [String(pem.prefix(half)), String(pem.suffix(half))] {
      let text = redactor.redact("before the key\n\(piece)\nafter the key")
      for line in piece.split(separator: "\n") where line.count > 12 && !line.hasPrefix("-----") {
        #expect(!text.contains(line), "\(text)")
      }
      #expect(text.contains("before the key") && text.contains("after the key"), "\(text)")
    }
  }

  @Test("Text that is not ASCII, empty or broken off anywhere does no harm")
  func oddTextIsTaken() {
    #expect(redactor.redact("") == "")
    #expect(redactor.redact("🔑 password=тайна🔑 хорошо") == "🔑 password=\(Redactor.mark) хорошо")
    for sample in SecretSample.all {
      for end in stride(from: 0, to: min(120, sample.text.utf8.count), by: 3) {
        _ = redactor.redact(String(decoding: sample.text.utf8.prefix(end), as: UTF8.self))
        _ = redactor.redact(String(decoding: sample.text.utf8.dropFirst(end), as: UTF8.self))
      }
    }
  }

  @Test(
    "The time grows with the length of the text alone, whatever the text",
    arguments: [
      "password", "password ", "password=", "\"", "\\\"", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "eyJ", "a@",
      "a@b.",
      "://", "://a:b", ":@tcp(", "4111 ", "4", "QUFB", "Bearer ", "-u a:", " -p", "mysql ", "Cookie: a;", "=", "AA:", "sk-",
      "name: TOKEN,\n", "Q~",
    ])
  func timeIsLinear(_ piece: String) {
    let clock = ContinuousClock()
    let short = String(repeating: piece, count: 2 * 1024 / piece.utf8.count)
    let long = String(repeating: piece, count: 16 * 1024 / piece.utf8.count)
    _ = redactor.redact(short)
    let first = clock.measure { _ = redactor.redact(short) }
    let second = clock.measure { _ = redactor.redact(long) }
    #expect(second < first * 32 + .milliseconds(200), "\(first) and \(second)")
  }
}
