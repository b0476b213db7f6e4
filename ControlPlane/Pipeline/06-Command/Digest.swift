import Crypto
public import Wire

/// SHA-256 over canonical JSON, in lower-case hexadecimal: what approvals and envelopes bind.
enum Digest {
  static func of(_ value: some Encodable) -> String {
    guard let bytes = try? CanonicalJSON.bytes(of: value) else {
      preconditionFailure("values of strings and integers always encode")
    }
    return SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension Command {
  /// Of the payload that is signed.
  public var digest: String { Digest.of(self) }
}

extension Order {
  /// What an approval binds.
  public var digest: String { Digest.of(self) }
}
