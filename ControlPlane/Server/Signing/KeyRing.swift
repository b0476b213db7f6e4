import FoundationEssentials
public import Signing

/// The keys that sign at present, and the key set that names them. While keys change there are two: each command is signed by both, so
/// that it is followed by agents that know the new key set and by those that do not yet.
public struct KeyRing: Sendable {
  /// As many as there can be while keys change.
  public static let limit = 2

  public let keySet: SignedKeySet
  private let keys: [SigningKey]

  /// - Parameters:
  ///   - keySet: verified by the caller.
  ///   - keys: newest first.
  public init(keySet: SignedKeySet, keys: [SigningKey]) {
    self.keySet = keySet
    self.keys = Array(keys.prefix(Self.limit))
  }

  public var keyIDs: [String] { keys.map(\.verificationKey.id) }

  func sign(_ payload: [UInt8], type: String) -> Envelope {
    let signed = keys.map { $0.sign(payload, type: type) }
    return Envelope(payload: payload, payloadType: type, signatures: signed.flatMap(\.signatures))
  }
}
