import Crypto
import Foundation
import Signing
import Testing

/// The vectors that secure-systems-lab/dsse publishes: the example of protocol.md, and testvectors/vectors.json with the first
/// Ed25519 key of RFC 8032.
@Suite("Published DSSE vectors")
struct PublishedVectorTests {
  @Test("The pre-authentication encoding of the protocol's example is the published one")
  func protocolExample() {
    let encoding = preAuthenticationEncoding(payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
    #expect(String(decoding: encoding, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
  }

  @Test("The protocol's example signature, made with P-256 over SHA-256, fits our encoding")
  func protocolSignature() throws {
    let key = try P256.Signing.PublicKey(
      rawRepresentation: #require(
        Data(base64Encoded: "Z805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==")))
    let signature = try P256.Signing.ECDSASignature(
      rawRepresentation: #require(
        Data(base64Encoded: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")))
    let encoding = preAuthenticationEncoding(payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
    #expect(key.isValidSignature(signature, for: encoding))
    #expect(!key.isValidSignature(signature, for: encoding + [0]))
  }

  @Test("Lengths are those of bytes, without leading zeros")
  func lengths() {
    #expect(preAuthenticationEncoding(payloadType: "", payload: []) == Array("DSSEv1 0  0 ".utf8))
    #expect(
      preAuthenticationEncoding(payloadType: "application/vnd.exämple+json", payload: [0xFF])
        == Array("DSSEv1 29 application/vnd.exämple+json 1 ".utf8) + [0xFF])
  }

  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let payload: String
    let type: String
    let signature: String

    var testDescription: String { name }

    static let statement = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="
    static let inToto = "application/vnd.in-toto+json"

    static let all = [
      Vector(
        name: "single signature", payload: statement, type: inToto,
        signature: "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA=="),
      Vector(
        name: "URL-safe base64", payload: "-_-_Pj8=", type: inToto,
        signature: "P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw=="),
      Vector(
        name: "payload type that is not ASCII", payload: statement, type: "application/vnd.exämple+json",
        signature: "xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw=="),
      Vector(
        name: "empty payload", payload: "", type: inToto,
        signature: "gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg=="),
      Vector(
        name: "empty payload type", payload: statement, type: "",
        signature: "iC3q/+3Rm0+lpAJRueDmDh15PnwCfxKmS0NAfKsbv+zgulXQC/WM9trc+j1XEqlwDIg/vf/uNfebeD6sxInrDg=="),
    ]

    func envelope(keyID: String, type: String? = nil) -> [UInt8] {
      let signatures = #"[{"keyid":"\#(keyID)","sig":"\#(signature)"}]"#
      let json = #"{"payload":"\#(payload)","payloadType":"\#(type ?? self.type)","signatures":\#(signatures)}"#
      return Array(json.utf8)
    }
  }

  /// The public key of RFC 8032, section 7.1, test 1.
  private static func key() throws -> VerificationKey {
    try VerificationKey(decoding: "ai-sre-public-ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
  }

  @Test("Envelopes signed by others are accepted", arguments: Vector.all)
  func foreignSignaturesVerify(_ vector: Vector) throws {
    let key = try Self.key()
    let envelope = try Envelope(parsing: vector.envelope(keyID: key.id), limit: 4096)
    let payload = try envelope.verifiedPayload(keys: [key], type: vector.type)
    let standard = String(vector.payload.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    #expect(Data(payload) == Data(base64Encoded: standard))
  }

  @Test("The same signature under another type is refused")
  func swappedTypesAreRefused() throws {
    let key = try Self.key()
    let envelope = try Envelope(
      parsing: Vector.all[0].envelope(keyID: key.id, type: "application/vnd.example.other+json"), limit: 4096)
    #expect(throws: SigningError.badSignature(keyID: key.id)) {
      try envelope.verifiedPayload(keys: [key], type: "application/vnd.example.other+json")
    }
  }
}
