import FoundationEssentials

/// A DSSE envelope (secure-systems-lab/dsse, envelope.md): opaque bytes, their type, and signatures over both.
public struct Envelope: Sendable, Hashable {
  public let payload: [UInt8]
  public let payloadType: String
  public let signatures: [Signature]

  public struct Signature: Sendable, Hashable {
    /// A hint at the key; it proves nothing.
    public let keyID: String
    public let bytes: [UInt8]

    public init(keyID: String, bytes: [UInt8]) {
      self.keyID = keyID
      self.bytes = bytes
    }
  }

  public static let signatureLimit = 4

  public init(payload: [UInt8], payloadType: String, signatures: [Signature]) {
    self.payload = payload
    self.payloadType = payloadType
    self.signatures = signatures
  }

  /// - Parameter limit: in bytes; checked before anything else.
  public init(parsing bytes: [UInt8], limit: Int) throws(SigningError) {
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    guard let json = try? JSONDecoder().decode(EncodedEnvelope.self, from: Data(bytes)),
      let payload = base64(json.payload), (1...Self.signatureLimit).contains(json.signatures.count)
    else { throw .malformedEnvelope }
    var signatures: [Signature] = []
    for signature in json.signatures {
      guard let bytes = base64(signature.sig) else { throw .malformedEnvelope }
      signatures.append(Signature(keyID: signature.keyid ?? "", bytes: bytes))
    }
    self.init(payload: payload, payloadType: json.payloadType, signatures: signatures)
  }

  /// One line of JSON.
  public func encoded() -> [UInt8] {
    let json = EncodedEnvelope(
      payload: Data(payload).base64EncodedString(), payloadType: payloadType,
      signatures: signatures.map { .init(keyid: $0.keyID, sig: Data($0.bytes).base64EncodedString()) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(json) else { preconditionFailure("three strings always encode") }
    return [UInt8](data)
  }
}

/// The envelope's own JSON needs no strictness: nothing in it is believed until the signature over the decoded payload holds.
private struct EncodedEnvelope: Codable {
  let payload: String
  let payloadType: String
  let signatures: [Signature]

  struct Signature: Codable {
    let keyid: String?
    let sig: String
  }
}

/// Of either alphabet: protocol.md has verifiers take both.
private func base64(_ text: String) -> [UInt8]? {
  let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
  return Data(base64Encoded: standard).map { [UInt8]($0) }
}
