public import Pipeline
public import Wire

/// Signs commands, and names the keys by which agents verify them. The keys may live in this process or behind a socket.
public protocol CommandSigner: Sendable {
  /// Looks at what the command rests on, and signs it.
  /// - Parameter warrant: of an act; everything else needs none.
  /// - Returns: a DSSE envelope as one line of JSON.
  func sign(_ command: Command, under warrant: Warrant?) async throws(SignerError) -> [UInt8]
  /// The newest key set.
  func keySet() async throws(SignerError) -> SignedKeySet
}

/// A key set as it goes to agents.
public struct SignedKeySet: Sendable, Hashable, Codable {
  public let version: Int64
  /// The envelope, signed by the root key: one line of JSON.
  public let text: String

  public init(version: Int64, text: String) {
    self.version = version
    self.text = text
  }
}

/// Why there is no signature.
public enum SignerError: Error, Sendable, Hashable, Codable {
  /// The command is not to be signed, now or later: its warrant does not fit, its time is over, or the budget is used up.
  case refused(String)
  /// Another control plane has had commands signed under a higher epoch.
  case oldEpoch(highest: Int64)
  /// Nothing was signed; another attempt may succeed.
  case unavailable(String)
}

extension SignerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let reason): "the signer refused: \(reason)"
    case .oldEpoch(let highest): "the signer has signed under epoch \(highest) for another control plane"
    case .unavailable(let reason): "the signer is not available: \(reason)"
    }
  }
}
