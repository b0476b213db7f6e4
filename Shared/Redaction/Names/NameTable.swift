/// The names that announce secrets, by their ends.
enum NameTable {
  struct Entry {
    let suffix: StaticString
    let kind: SecretName.Kind
    /// Only as a word of its own: `DB_PASS` and not `bypass`.
    let asWord: Bool
  }

  static func kind(of name: NameWords) -> SecretName.Kind? {
    guard let last = name.letters.last else { return nil }
    return byLastLetter[Int(last)].first { name.ends(with: $0.suffix, asWord: $0.asWord) }?.kind
  }

  /// Words after which the name before them still counts: `password_hash`, `TOKEN_VALUE`, `secret2`.
  static let modifiers: Set<String> = [
    "value", "val", "hash", "hashed", "text", "plain", "plaintext", "raw", "b", "base", "encoded", "enc", "encrypted", "old",
    "new",
    "current", "previous", "prev", "data", "string", "str", "confirm", "confirmation", "primary", "secondary", "prod", "dev",
    "test", "live",
  ]

  /// Cursors of lists and other tokens that open nothing.
  static let ordinary: Set<String> = [
    "nexttoken", "pagetoken", "nextpagetoken", "continuetoken", "continuationtoken", "synctoken", "resumetoken",
    "cancellationtoken",
    "unexpectedtoken", "cookiesecretname",
  ]

  private static let byLastLetter: [[Entry]] = {
    var table = [[Entry]](repeating: [], count: 128)
    for entry in all {
      let last = entry.suffix.utf8Start[entry.suffix.utf8CodeUnitCount - 1]
      table[Int(last)].append(entry)
    }
    return table
  }()

  private static let all: [Entry] =
    entries(.password, ["password", "passwords", "passwd", "passphrase", "passcode", "pswd", "requirepass", "masterauth"])
    + entries(.password, ["mnemonic", "seedphrase", "recoverycode", "recoverykey", "backupcode", "kennwort", "passwort"])
    + entries(.password, ["pwd", "psk", "cvv", "cvc", "ssn", "otp"], asWord: true)
    + entries(.secret, ["secret", "secrets"])
    + entries(
      .token, ["token", "apikey", "apikeys", "accesskey", "secretkey", "privatekey", "accountkey", "authkey", "authsecret"])
    + entries(
      .token, ["encryptionkey", "encryptkey", "signingkey", "masterkey", "sharedkey", "servicekey", "sshkey", "sessionkey"])
    + entries(.token, ["subscriptionkey", "licensekey", "deploykey", "storagekey", "hmackey", "aeskey", "rsakey", "appkey"])
    + entries(
      .token, ["applicationkey", "integrationkey", "writekey", "instrumentationkey", "consumerkey", "adminkey", "secretid"])
    + entries(.token, ["credential", "credentials", "creds", "jsessionid", "phpsessid", "connectsid", "xvaultkey"])
    + entries(.token, ["pass", "jwt", "bearer", "pat"], asWord: true)
    + entries(.authorization, ["authorization"])
    + entries(.cookie, ["cookie", "cookies"])
    + entries(
      .key, ["key", "auth", "sig", "signature", "sid", "session", "sessionid", "nonce", "salt", "code", "state"], asWord: true)

  private static func entries(_ kind: SecretName.Kind, _ suffixes: [StaticString], asWord: Bool = false) -> [Entry] {
    suffixes.map { Entry(suffix: $0, kind: kind, asWord: asWord) }
  }
}
