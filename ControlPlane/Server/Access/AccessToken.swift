import Crypto

/// A bearer token that the control plane made, known here by its hash only.
public struct AccessToken: Sendable {
  /// What its bearer may do.
  public enum Scope: String, Sendable, CaseIterable {
    /// Everything that people do: read, approve, reject, test.
    case console
    /// `POST /webhook` only.
    case webhook
    /// `GET /metrics` only.
    case metrics
  }

  public let scope: Scope
  private let hash: SHA256.Digest

  public init(scope: Scope, token: String) {
    self.scope = scope
    hash = SHA256.hash(data: Array(token.utf8))
  }

  /// Compares hashes, so that timing tells nothing about the token.
  func matches(_ candidate: String) -> Bool {
    SHA256.hash(data: Array(candidate.utf8)) == hash
  }
}

/// Somebody who has signed in.
struct Person: Sendable, Hashable {
  let name: String
}
