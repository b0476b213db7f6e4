import Signing
import Testing

@Suite("Keys and key sets")
struct KeyTests {
  private let root = SigningKey()
  private let old = SigningKey()
  private let new = SigningKey()
  private let type = "application/vnd.example+json"

  @Test("A key is one line of text, and reads back as the same key")
  func keysAreText() throws {
    let text = root.encoded()
    #expect(text.hasPrefix("ai-sre-private-ed25519:") && !text.contains { $0.isWhitespace })
    #expect(try SigningKey(decoding: text).verificationKey == root.verificationKey)
    #expect(try SigningKey(decoding: "  \(text)\n").verificationKey == root.verificationKey)
    let publicText = root.verificationKey.encoded()
    #expect(publicText.hasPrefix("ai-sre-public-ed25519:"))
    #expect(try VerificationKey(decoding: "\(publicText)\n") == root.verificationKey)
  }

  @Test("A private key shows its id and nothing else")
  func privateKeysStayHidden() {
    var dumped = ""
    dump(root, to: &dumped)
    let secret = String(root.encoded().dropFirst("ai-sre-private-ed25519:".count))
    for text in ["\(root)", String(reflecting: root)] {
      #expect(text == "SigningKey(\(root.verificationKey.id))")
    }
    #expect(!dumped.contains(secret))
  }

  @Test("The id is that of the key's bytes: sixteen hexadecimal digits")
  func idsAreDigests() throws {
    // SHA-256 of the public key of RFC 8032, section 7.1, test 1.
    let key = try VerificationKey(decoding: "ai-sre-public-ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    #expect(key.id == "21fe31dfa154a261")
  }

  @Test(
    "What is no key is refused",
    arguments: [
      "", "ai-sre-public-ed25519:", "ai-sre-public-ed25519:AAAA", "ai-sre-public-ed25519:!", "ai-sre-private-ed25519:AAAA",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO", "ai-sre-public-ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= comment",
      "AI-SRE-PUBLIC-ED25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ])
  func oddKeysAreRefused(_ text: String) {
    #expect(throws: SigningError.self) { try VerificationKey(decoding: text) }
    #expect(throws: SigningError.self) { try SigningKey(decoding: text) }
  }

  @Test("A private key is not taken for a public one, nor the other way round")
  func kindsAreKeptApart() {
    #expect(throws: SigningError.self) { try VerificationKey(decoding: root.encoded()) }
    #expect(throws: SigningError.self) { try SigningKey(decoding: root.verificationKey.encoded()) }
  }

  @Test("A key set reads back as it was, by the root alone")
  func keySetsAreSigned() throws {
    let set = set(version: 3, [old, new])
    let bytes = set.signed(by: root).encoded()
    #expect(try KeySet(verifying: bytes, root: root.verificationKey) == set)
    #expect(throws: SigningError.unknownKey(keyIDs: [root.verificationKey.id])) {
      try KeySet(verifying: bytes, root: old.verificationKey)
    }
    #expect(throws: SigningError.unknownKey(keyIDs: [old.verificationKey.id])) {
      try KeySet(verifying: set.signed(by: old).encoded(), root: root.verificationKey)
    }
  }

  @Test("Something else that the root signed is no key set")
  func otherDocumentsAreNoKeySets() {
    let envelope = root.sign(Array("{}".utf8), type: "application/other")
    #expect(throws: SigningError.wrongType(found: "application/other", expected: KeySet.payloadType)) {
      try KeySet(verifying: envelope.encoded(), root: root.verificationKey)
    }
  }

  @Test(
    "A key set has from one to eight keys, and all its members",
    arguments: [
      #"{}"#, #"{"version":1,"expiresAt":2,"keys":[]}"#, #"{"version":1,"keys":["x"]}"#,
      #"{"version":1.5,"expiresAt":2,"keys":["x"]}"#,
      #"{"version":1,"expiresAt":2,"keys":["x"]}"#, "not JSON",
    ])
  func oddKeySetsAreRefused(_ text: String) {
    let bytes = root.sign(Array(text.utf8), type: KeySet.payloadType).encoded()
    #expect(throws: SigningError.self) { try KeySet(verifying: bytes, root: root.verificationKey) }
  }

  @Test("Nine keys are too many")
  func manyKeysAreRefused() {
    let bytes = set(version: 1, (0..<9).map { _ in SigningKey() }).signed(by: root).encoded()
    #expect(throws: SigningError.malformedKeySet("from 1 to 8 keys expected")) {
      try KeySet(verifying: bytes, root: root.verificationKey)
    }
  }

  @Test("Keys rotate: both count while they overlap, the old one no longer afterwards")
  func keysRotate() throws {
    var trusted = TrustedKeys(root: root.verificationKey)
    let byOld = old.sign([1], type: type)
    let byNew = new.sign([2], type: type)
    #expect(throws: SigningError.unknownKey(keyIDs: [old.verificationKey.id])) { try trusted.verify(byOld, type: type, now: 0) }
    try trusted.adopt(set(version: 1, [old]).signed(by: root).encoded())
    #expect(try trusted.verify(byOld, type: type, now: 0) == [1])
    #expect(throws: SigningError.unknownKey(keyIDs: [new.verificationKey.id])) { try trusted.verify(byNew, type: type, now: 0) }
    try trusted.adopt(set(version: 2, [old, new]).signed(by: root).encoded())
    #expect(try trusted.verify(byOld, type: type, now: 0) == [1])
    #expect(try trusted.verify(byNew, type: type, now: 0) == [2])
    try trusted.adopt(set(version: 3, [new]).signed(by: root).encoded())
    #expect(throws: SigningError.unknownKey(keyIDs: [old.verificationKey.id])) { try trusted.verify(byOld, type: type, now: 0) }
  }

  @Test("An older key set is refused and changes nothing; the same version may come again")
  func keySetsDoNotGoBack() throws {
    var trusted = TrustedKeys(root: root.verificationKey)
    try trusted.adopt(set(version: 2, [new]).signed(by: root).encoded())
    #expect(throws: SigningError.keySetRolledBack(version: 1, current: 2)) {
      try trusted.adopt(set(version: 1, [old]).signed(by: root).encoded())
    }
    #expect(throws: SigningError.self) { try trusted.adopt(set(version: 9, [old]).signed(by: old).encoded()) }
    #expect(trusted.keySet?.version == 2)
    try trusted.adopt(set(version: 2, [new]).signed(by: root).encoded())
  }

  @Test("A key set counts until the second at which it expires")
  func keySetsExpire() throws {
    var trusted = TrustedKeys(root: root.verificationKey)
    try trusted.adopt(set(version: 1, [old], expiresAt: 1000).signed(by: root).encoded())
    let envelope = old.sign([1], type: type)
    #expect(try trusted.verify(envelope, type: type, now: 999) == [1])
    #expect(throws: SigningError.keySetExpired) { try trusted.verify(envelope, type: type, now: 1000) }
    try trusted.adopt(set(version: 2, [old], expiresAt: 2000).signed(by: root).encoded())
    #expect(try trusted.verify(envelope, type: type, now: 1000) == [1])
  }

  private func set(version: Int64, _ keys: [SigningKey], expiresAt: Int64 = 4_000_000_000) -> KeySet {
    KeySet(version: version, expiresAt: expiresAt, keys: keys.map(\.verificationKey))
  }
}
