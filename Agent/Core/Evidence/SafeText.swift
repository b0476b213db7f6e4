import Kubernetes
import Redaction
import Wire

/// Text from the cluster on its way out of the namespace: redacted, then cut. Redaction comes first, since half a secret is no
/// longer recognised as one.
struct SafeText: Sendable {
  let redactor: Redactor

  /// Of an event, a condition or a termination.
  func message(_ text: String) -> String { String(redactor.redact(text).prefix(EvidenceLimits.messageLength)) }

  func message(ifAny text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : message($0) } }

  /// A literal of a spec.
  func value(_ text: String) -> String { String(redactor.redact(text).prefix(EvidenceLimits.valueLength)) }

  /// A value under its name, which may say that it is a secret.
  func value(_ text: String, named name: String) -> String {
    guard !SensitiveName.isSensitive(name) else { return Redactor.mark }
    let prefix = name + "="
    let redacted = redactor.redact(prefix + text)
    return value(redacted.hasPrefix(prefix) ? String(redacted.dropFirst(prefix.count)) : redacted)
  }

  /// The words of a command line. Redacted as one line, since `--password` stands before its value; a line that held a secret
  /// stays one.
  func words(_ words: [String]) -> [String] {
    let line = words.joined(separator: " ")
    let redacted = redactor.redact(line)
    return redacted == line ? words.prefix(EvidenceLimits.words).map { value($0) } : [value(redacted)]
  }

  /// Labels or annotations, at most 32, in the order of their names.
  func map(_ map: [String: String]) -> [String: String] {
    Dictionary(
      map.sorted { $0.key < $1.key }.prefix(EvidenceLimits.labels).map { (value($0.key), value($0.value, named: $0.key)) },
      uniquingKeysWith: { first, _ in first })
  }

  func condition(_ condition: Condition) -> ConditionFact {
    ConditionFact(
      type: condition.type, status: condition.status, reason: message(ifAny: condition.reason),
      message: message(ifAny: condition.message),
      since: condition.lastTransitionTime.map { Timestamp($0) })
  }
}

/// Names whose values are never shown.
enum SensitiveName {
  private static let words = [
    "password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "credential", "private_key",
    "privatekey", "access_key", "accesskey", "auth", "dsn", "cert",
  ]
  /// What comes after a word that names a secret and makes it a place or a setting: `AUTH_URL`, `TOKEN_TTL`. The redactor still
  /// looks at the value.
  private static let harmlessEndings = [
    "_url", "_host", "_port", "_endpoint", "_address", "_addr", "_file", "_path", "_dir", "_ttl", "_timeout", "_enabled",
    "_mode", "_name", "_issuer",
  ]

  static func isSensitive(_ name: String) -> Bool {
    let name = name.lowercased()
    guard words.contains(where: { name.contains($0) }) else { return false }
    return !harmlessEndings.contains { name.hasSuffix($0) }
  }
}
