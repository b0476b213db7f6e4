import Foundation
import Signing
import Testing

@Suite("Envelopes")
struct EnvelopeTests {
  private let key = SigningKey()
  private let type = "application/vnd.example+json"
  private let payload = Array("{\"a\":1}".utf8)

  @Test("What a key signed is read back with it, as the same bytes")
  func roundTrip() throws {
    for payload in [payload, [], Array(0...255)] {
      let bytes = key.sign(payload, type: type).encoded()
      let envelope = try Envelope(parsing: bytes, limit: bytes.count)
      #expect(try envelope.verifiedPayload(keys: [key.verificationKey], type: type) == payload)
    }
  }

  @Test("A single flipped bit in payload, type or signature is refused")
  func flippedBitsAreRefused() throws {
    let signed = key.sign(payload, type: type)
    let signature = try #require(signed.signatures.first)
    for bit in 0..<(payload.count * 8) { refuse(payload.flipping(bit), type, signature.bytes) }
    for bit in 0..<(signature.bytes.count * 8) { refuse(payload, type, signature.bytes.flipping(bit)) }
    for bit in 0..<(type.utf8.count * 8) where bit % 8 != 7 {
      refuse(payload, String(decoding: Array(type.utf8).flipping(bit), as: UTF8.self), signature.bytes)
    }
  }

  @Test("A bit flipped anywhere in the encoded envelope never gives another payload")
  func flippedBitsOfTheEncodingGiveNothingElse() throws {
    let encoded = key.sign(payload, type: type).encoded()
    for bit in 0..<(encoded.count * 8) {
      let read = try? Envelope(parsing: encoded.flipping(bit), limit: 4096)
        .verifiedPayload(keys: [key.verificationKey], type: type)
      #expect(read == nil || read == payload)
    }
  }

  @Test("Signatures that are empty, short or long are refused")
  func oddSignaturesAreRefused() throws {
    let signature = try #require(key.sign(payload, type: type).signatures.first).bytes
    for odd in [[], Array(signature.dropLast()), signature + [0], signature + signature] { refuse(payload, type, odd) }
  }

  @Test("Another key is refused: unknown by its id, and bad under a known one")
  func otherKeysAreRefused() throws {
    let other = SigningKey()
    let envelope = other.sign(payload, type: type)
    #expect(throws: SigningError.unknownKey(keyIDs: [other.verificationKey.id])) {
      try envelope.verifiedPayload(keys: [key.verificationKey], type: type)
    }
    let disguised = Envelope(
      payload: payload, payloadType: type,
      signatures: [.init(keyID: key.verificationKey.id, bytes: envelope.signatures[0].bytes)])
    #expect(throws: SigningError.badSignature(keyID: key.verificationKey.id)) {
      try disguised.verifiedPayload(keys: [key.verificationKey], type: type)
    }
    #expect(throws: SigningError.unknownKey(keyIDs: [other.verificationKey.id])) {
      try envelope.verifiedPayload(keys: [], type: type)
    }
  }

  @Test("A rightly signed envelope of another type is refused")
  func otherTypesAreRefused() {
    #expect(throws: SigningError.wrongType(found: type, expected: "application/other")) {
      try key.sign(payload, type: type).verifiedPayload(keys: [key.verificationKey], type: "application/other")
    }
  }

  @Test("Type and payload cannot trade bytes")
  func boundariesAreSigned() throws {
    let signed = key.sign(Array("b 1 c".utf8), type: "a")
    let signature = try #require(signed.signatures.first).bytes
    refuse(Array("1 c".utf8), "a b", signature)
    refuse(Array("c".utf8), "a b 1", signature)
  }

  @Test("A bad signature, or one by an unknown key, beside a good one does no harm, in either order")
  func furtherSignaturesAreIgnored() throws {
    let good = try #require(key.sign(payload, type: type).signatures.first)
    let other = try #require(SigningKey().sign(payload, type: type).signatures.first)
    let bad = Envelope.Signature(keyID: good.keyID, bytes: other.bytes)
    for signatures in [[good, other], [other, good], [bad, good], [good, bad]] {
      let envelope = Envelope(payload: payload, payloadType: type, signatures: signatures)
      #expect(try envelope.verifiedPayload(keys: [key.verificationKey], type: type) == payload)
    }
  }

  @Test(
    "What is too large, no envelope, or no base64 is refused",
    arguments: [
      "", "{}", "[]", "null", "not JSON", #"{"payload":"","payloadType":"t","signatures":[]}"#,
      #"{"payload":"!","payloadType":"t","signatures":[{"sig":"AA=="}]}"#,
      #"{"payload":"AA==","payloadType":"t","signatures":[{"sig":"!"}]}"#,
      #"{"payload":"AA==","payloadType":1,"signatures":[{"sig":"AA=="}]}"#, #"{"payload":"AA==","signatures":[{"sig":"AA=="}]}"#,
      #"{"payload":"AA==","payloadType":"t","signatures":[{},{},{},{},{}]}"#,
    ])
  func malformedEnvelopesAreRefused(_ text: String) {
    #expect(throws: SigningError.malformedEnvelope) { try Envelope(parsing: Array(text.utf8), limit: 4096) }
  }

  @Test("One byte over the limit is refused before anything is read")
  func largeEnvelopesAreRefused() {
    let bytes = key.sign(payload, type: type).encoded()
    #expect(throws: SigningError.tooLarge(limit: bytes.count - 1)) { try Envelope(parsing: bytes, limit: bytes.count - 1) }
  }

  private func refuse(_ payload: [UInt8], _ type: String, _ signature: [UInt8], _ location: SourceLocation = #_sourceLocation) {
    let envelope = Envelope(
      payload: payload, payloadType: type, signatures: [.init(keyID: key.verificationKey.id, bytes: signature)])
    #expect(throws: SigningError.badSignature(keyID: key.verificationKey.id), sourceLocation: location) {
      try envelope.verifiedPayload(keys: [key.verificationKey], type: type)
    }
  }
}

extension [UInt8] {
  func flipping(_ bit: Int) -> [UInt8] {
    var bytes = self
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    return bytes
  }
}
