/// Why an envelope, a key or a key set was refused.
public enum SigningError: Error, Sendable, Equatable {
  case tooLarge(limit: Int)
  case malformedEnvelope
  /// Signed by no key that is known here.
  case unknownKey(keyIDs: [String])
  /// A known key's signature does not fit the payload and its type.
  case badSignature(keyID: String)
  case wrongType(found: String, expected: String)
  case malformedKey(String)
  case malformedKeySet(String)
  case keySetExpired
  /// An older key set than the one in force: somebody replays it.
  case keySetRolledBack(version: Int64, current: Int64)
}

extension SigningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let limit): "the envelope is larger than \(limit) bytes"
    case .malformedEnvelope: "not a DSSE envelope"
    case .unknownKey(let ids): "signed by no known key (key ids: \(ids.joined(separator: ", ")))"
    case .badSignature(let id): "the signature by key \(id) does not verify"
    case .wrongType(let found, let expected): "signed as \(found), expected \(expected)"
    case .malformedKey(let reason): "not a key: \(reason)"
    case .malformedKeySet(let reason): "not a key set: \(reason)"
    case .keySetExpired: "the key set has expired"
    case .keySetRolledBack(let version, let current): "key set \(version) is older than \(current), which is in force"
    }
  }
}
