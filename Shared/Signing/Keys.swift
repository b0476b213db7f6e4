import Crypto
import FoundationEssentials

/// An Ed25519 private key. It prints as its id.
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  public init() {
    key = Curve25519.Signing.PrivateKey()
  }

  /// - Parameter text: as `encoded()` writes it.
  public init(decoding text: some StringProtocol) throws(SigningError) {
    let bytes = try keyBytes(text, prefix: "ai-sre-private-ed25519:")
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {
      throw .malformedKey("32 bytes expected")
    }
    self.key = key
  }

  /// One line of text for a key file, which must not be readable by others.
  public func encoded() -> String {
    "ai-sre-private-ed25519:" + key.rawRepresentation.base64EncodedString()
  }

  public var verificationKey: VerificationKey { VerificationKey(key.publicKey) }

  public func sign(_ payload: [UInt8], type: String) -> Envelope {
    let message = preAuthenticationEncoding(payloadType: type, payload: payload)
    guard let signature = try? key.signature(for: message) else {
      preconditionFailure("Ed25519 signs every message")
    }
    return Envelope(
      payload: payload, payloadType: type,
      signatures: [.init(keyID: verificationKey.id, bytes: [UInt8](signature))])
  }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String { "SigningKey(\(verificationKey.id))" }
  public var debugDescription: String { description }
}

/// An Ed25519 public key.
public struct VerificationKey: Sendable, Hashable {
  private let rawRepresentation: [UInt8]

  init(_ key: Curve25519.Signing.PublicKey) {
    rawRepresentation = [UInt8](key.rawRepresentation)
  }

  /// - Parameter text: as `encoded()` writes it.
  public init(decoding text: some StringProtocol) throws(SigningError) {
    let bytes = try keyBytes(text, prefix: "ai-sre-public-ed25519:")
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      throw .malformedKey("32 bytes expected")
    }
    self.init(key)
  }

  public func encoded() -> String {
    "ai-sre-public-ed25519:" + Data(rawRepresentation).base64EncodedString()
  }

  /// The first 16 hexadecimal digits of the key's SHA-256.
  public var id: String {
    SHA256.hash(data: rawRepresentation).prefix(8).map(hexadecimal).joined()
  }

  public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: rawRepresentation) else { return false }
    return key.isValidSignature(signature, for: message)
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

private func keyBytes(_ text: some StringProtocol, prefix: String) throws(SigningError) -> Data {
  let line = text.split(whereSeparator: \.isWhitespace)
  guard line.count == 1, line[0].hasPrefix(prefix), let bytes = Data(base64Encoded: String(line[0].dropFirst(prefix.count)))
  else { throw .malformedKey("one line beginning with \(prefix) expected") }
  return bytes
}
