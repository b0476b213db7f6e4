/// Says whose agent presents a token. Its scope comes from here and from nowhere else.
public protocol AgentAuthenticator: Sendable {
  func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope
}

public enum AgentAuthenticationError: Error, Sendable, Equatable {
  /// Not a token for us, or not an agent's.
  case refused(String)
  /// Nobody could be asked: not the agent's fault, so it may try again.
  case unavailable(String)
}

extension AgentAuthenticationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let reason): "refused: \(reason)"
    case .unavailable(let reason): "cannot check the token now: \(reason)"
    }
  }
}
