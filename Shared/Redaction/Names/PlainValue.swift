/// Values that stand in a secret's place and are none.
enum PlainValue {
  /// Literals, masks, references to be filled in, and paths of files.
  static func isHarmless(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first else { return true }
    if value.count <= 24, literals.contains(lowercased(value)) { return true }
    if value.allSatisfy({ "*.xX#•-_".utf8.contains($0) }) { return true }
    let text = Bytes(Array(value.prefix(64)))
    switch first {
    case UInt8(ascii: "<"), UInt8(ascii: "["), UInt8(ascii: "("): return isPlaceholder(value)
    case UInt8(ascii: "$"): return isVariable(value, text)
    case UInt8(ascii: "{"): return text[1] == UInt8(ascii: "{") || text[1] == UInt8(ascii: "%")
    case UInt8(ascii: "%"): return text[1] == UInt8(ascii: "(") || text[1] == UInt8(ascii: "{") || value.count == 2
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "@"): return isPath(text)
    default: return references.contains { text.matches($0, at: 0) }
    }
  }

  /// A word of a sentence, such as after `invalid password: `.
  static func isProse(_ word: ArraySlice<UInt8>) -> Bool {
    let letters = word.prefix { $0.isLetter || $0 == UInt8(ascii: "'") }
    let rest = word[letters.endIndex...]
    guard letters.count <= 24, rest.allSatisfy({ ",.;:!?)'\"".utf8.contains($0) }) else { return false }
    return prose.contains(lowercased(letters)) || literals.contains(lowercased(letters))
  }

  /// Like the name of a Kubernetes Secret: `shop/db-credentials`, `registry-creds`.
  static func isObjectName(_ value: ArraySlice<UInt8>) -> Bool {
    let isName = value.allSatisfy { $0.isLower || $0.isDigit || "-./".utf8.contains($0) }
    guard isName, value.first?.isAlphanumeric ?? false, value.last?.isAlphanumeric ?? false else { return false }
    if value.contains(UInt8(ascii: "/")) { return true }
    let last = value.split { !$0.isLower }.last.map { lowercased($0) } ?? ""
    return value.contains(UInt8(ascii: "-")) && objectNouns.contains(last)
  }

  /// `<nil>`, `<set to the key 'password' in secret 'db'>`, `[FILTERED]`, `(redacted)`.
  private static func isPlaceholder(_ value: ArraySlice<UInt8>) -> Bool {
    let inside = value.dropFirst().prefix { $0.isLetter || $0 == 0x20 || "'_-".utf8.contains($0) }
    let isOpenTag = value.first == UInt8(ascii: "<") && (Bytes(Array(value.prefix(16))).matches("<set", at: 0))
    return isOpenTag
      || (inside.count == value.count - 2 && [">", "]", ")"].contains(value.last.map { String(UnicodeScalar($0)) }))
  }

  /// `$NAME`, `${NAME}`, `$(NAME)`; not `$ecret` or a `crypt` hash.
  private static func isVariable(_ value: ArraySlice<UInt8>, _ text: Bytes) -> Bool {
    if text[1] == UInt8(ascii: "{") || text[1] == UInt8(ascii: "(") { return true }
    return value.count > 1 && value.dropFirst().allSatisfy { $0.isUpper || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  private static func isPath(_ text: Bytes) -> Bool {
    if text.matches("./", at: 0) || text.matches("../", at: 0) || text.matches("~/", at: 0) { return true }
    let start = text[0] == UInt8(ascii: "@") ? 1 : 0
    return directories.contains { text.matches($0, at: start) }
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map(\.lowercased), as: UTF8.self)
  }

  private static let literals: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "undefined", "unset", "set", "empty", "missing", "required",
    "optional", "invalid", "expired", "incorrect", "redacted", "hidden", "masked", "filtered", "present", "absent", "enabled",
    "disabled",
    "unknown", "n/a", "ok", "...", "…", "\\n", "\\",
  ]

  private static let references: [StaticString] = [
    "arn:aws", "vault:", "ref+", "op://", "file:", "env:", "valueFrom", "secretKeyRef", "projects/", "sha256:", "ENC[AES256",
    "!Ref",
    "secretsmanager:", "keyvault:", "awssm://", "gcpsm://",
  ]

  private static let directories: [StaticString] = [
    "/etc/", "/var/", "/run/", "/home/", "/app/", "/app", "/opt/", "/usr/", "/mnt/", "/secrets", "/tmp/", "/root/", "/srv/",
    "/data/",
    "/vault/", "/config/", "/secret/", "/workspace", "/keys/", "/certs/", "/tls/", "/proc/", "/dev/",
  ]

  private static let objectNouns: Set<String> = [
    "secret", "secrets", "creds", "credentials", "credential", "tls", "token", "cert", "certs", "config", "key", "keys", "auth",
    "password", "passwords", "dockercfg", "pull", "env", "regcred",
  ]

  private static let prose: Set<String> = [
    "a", "access", "account", "after", "again", "all", "already", "an", "and", "are", "as", "at", "authentication",
    "authorization",
    "bad", "be", "because", "been", "but", "by", "can", "cannot", "check", "connection", "could", "couldn't", "context", "decode",
    "denied", "did", "does", "doesn't", "error", "eof", "failed", "failure", "for", "forbidden", "found", "from", "get", "given",
    "got",
    "had", "has", "have", "if", "illegal", "in", "insufficient", "internal", "is", "issued", "it", "its", "key", "last", "length",
    "login",
    "malformed", "mismatch", "must", "name", "need", "needs", "never", "not", "now", "of", "one", "only", "or", "parse",
    "password",
    "permission", "please", "reading", "refresh", "rejected", "request", "retry", "secret", "server", "should", "signature",
    "string",
    "than", "that", "the", "this", "timeout", "to", "token", "too", "unable", "unauthorized", "unexpected", "until", "use",
    "used",
    "user", "username", "using", "validation", "value", "verify", "was", "we", "were", "when", "which", "while", "will", "with",
    "without",
    "wrong", "you", "your", "length", "header", "field", "file", "flag", "argument", "provided", "specified", "configured",
    "changed",
    "updated", "rotated", "reset", "loaded", "generated", "created", "deleted", "revoked", "renewed", "refreshed", "accepted",
  ]
}
