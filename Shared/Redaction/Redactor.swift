/// Takes secrets out of text before it leaves a namespace, is stored, mailed, or shown to a model.
///
/// Every detector reads the text once, in time linear in its length, and says which bytes are secret; what overlaps is
/// merged, and each run is replaced by the mark. The names, schemes, users and hosts around a secret stay, so that a person
/// still sees what the line was about. Redacting twice changes nothing more.
public struct Redactor: Sendable {
  /// What stands in a secret's place.
  public static let mark = "[redacted]"

  public init() {}

  public func redact(_ text: String) -> String {
    let bytes = Bytes(Array(text.utf8))
    let secrets = Self.secrets(in: bytes, wrapping: WrappedText.depthLimit, escapes: UnescapedText.depthLimit)
    return secrets.isEmpty ? text : String(decoding: Self.replace(secrets, in: bytes), as: UTF8.self)
  }

  /// - Parameters:
  ///   - depth: how many layers of base64 are still looked into.
  ///   - escapes: how many layers of JSON's escapes are still looked through.
  static func secrets(in text: Bytes, wrapping depth: Int, escapes: Int) -> [Range<Int>] {
    var found = Findings()
    PrivateKeyBlocks.find(in: text, &found)
    KnownShapes.find(in: text, &found)
    WebTokens.find(in: text, &found)
    NamedValues.find(in: text, &found)
    Credentials.find(in: text, &found)
    URLUserInfo.find(in: text, &found)
    MailAddresses.find(in: text, &found)
    PaymentCards.find(in: text, &found)
    if depth > 0 { WrappedText.find(in: text, depth: depth, &found) }
    if escapes > 0, let plain = UnescapedText(text) {
      for secret in secrets(in: plain.text, wrapping: depth, escapes: escapes - 1) { found.add(plain.original(secret)) }
    }
    return found.merged()
  }

  private static func replace(_ secrets: [Range<Int>], in text: Bytes) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var kept = 0
    for secret in secrets {
      out += text.all[kept..<secret.lowerBound]
      out += mark.utf8
      kept = secret.upperBound
    }
    return out + text.all[kept...]
  }
}
