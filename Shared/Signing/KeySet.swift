import FoundationEssentials

/// The keys that may sign commands at present. The root key signs it, so that command keys can change without touching agents: old and
/// new overlap, a lower version is refused, and when it has expired an agent only observes.
public struct KeySet: Sendable, Hashable {
  public static let payloadType = "application/vnd.ai-sre.key-set+json"
  /// In bytes, signed.
  public static let limit = 16 * 1024

  public let version: Int64
  /// Seconds since 1970-01-01T00:00:00Z.
  public let expiresAt: Int64
  public let keys: [VerificationKey]

  public init(version: Int64, expiresAt: Int64, keys: [VerificationKey]) {
    self.version = version
    self.expiresAt = expiresAt
    self.keys = keys
  }

  public func signed(by root: SigningKey) -> Envelope {
    let json = EncodedKeySet(version: version, expiresAt: expiresAt, keys: keys.map { $0.encoded() })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let payload = try? encoder.encode(json) else { preconditionFailure("a key set always encodes") }
    return root.sign([UInt8](payload), type: Self.payloadType)
  }

  /// Verifies with the root key before it reads.
  public init(verifying bytes: [UInt8], root: VerificationKey) throws(SigningError) {
    let envelope = try Envelope(parsing: bytes, limit: Self.limit)
    let payload = try envelope.verifiedPayload(keys: [root], type: Self.payloadType)
    guard let json = try? JSONDecoder().decode(EncodedKeySet.self, from: Data(payload)) else {
      throw .malformedKeySet("version, expiresAt and keys expected")
    }
    guard (1...8).contains(json.keys.count) else { throw .malformedKeySet("from 1 to 8 keys expected") }
    var keys: [VerificationKey] = []
    for key in json.keys { keys.append(try VerificationKey(decoding: key)) }
    self.init(version: json.version, expiresAt: json.expiresAt, keys: keys)
  }
}

private struct EncodedKeySet: Codable {
  let version: Int64
  let expiresAt: Int64
  let keys: [String]
}

extension Envelope {
  /// The payload, once one of the keys has signed it as this type.
  ///
  /// The signature is checked before the type: what nobody signed deserves no closer look.
  public func verifiedPayload(keys: [VerificationKey], type: String) throws(SigningError) -> [UInt8] {
    let message = preAuthenticationEncoding(payloadType: payloadType, payload: payload)
    let known = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let attributed = signatures.compactMap { signature in known[signature.keyID].map { (key: $0, signature: signature.bytes) } }
    guard let first = attributed.first else { throw .unknownKey(keyIDs: signatures.map(\.keyID)) }
    guard attributed.contains(where: { $0.key.isValid($0.signature, for: message) }) else {
      throw .badSignature(keyID: first.key.id)
    }
    guard payloadType == type else { throw .wrongType(found: payloadType, expected: type) }
    return payload
  }
}

/// What a receiver believes at the moment: the newest key set of the root, which never goes back.
public struct TrustedKeys: Sendable {
  private let root: VerificationKey
  public private(set) var keySet: KeySet?

  public init(root: VerificationKey) {
    self.root = root
  }

  /// Takes a key set that is as new as the present one or newer.
  public mutating func adopt(_ bytes: [UInt8]) throws(SigningError) {
    let candidate = try KeySet(verifying: bytes, root: root)
    if let keySet, candidate.version < keySet.version {
      throw .keySetRolledBack(version: candidate.version, current: keySet.version)
    }
    keySet = candidate
  }

  /// - Parameter now: seconds since 1970-01-01T00:00:00Z.
  public func verify(_ envelope: Envelope, type: String, now: Int64) throws(SigningError) -> [UInt8] {
    guard let keySet else { throw .unknownKey(keyIDs: envelope.signatures.map(\.keyID)) }
    guard now < keySet.expiresAt else { throw .keySetExpired }
    return try envelope.verifiedPayload(keys: keySet.keys, type: type)
  }

  /// As ``verify(_:type:now:)``, also by the keys of a set that has expired. Such a signature is enough for what changes nothing.
  public func verifyDespiteExpiry(_ envelope: Envelope, type: String) throws(SigningError) -> [UInt8] {
    guard let keySet else { throw .unknownKey(keyIDs: envelope.signatures.map(\.keyID)) }
    return try envelope.verifiedPayload(keys: keySet.keys, type: type)
  }
}
