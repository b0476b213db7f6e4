import Crypto
import Synchronization
public import Wire

/// Remembers whose a token is for five minutes (the design's interval), so that a revoked agent is out by then and a long poll
/// costs no question. Only hashes of tokens are kept.
public final class CachedAuthenticator: Sendable {
  static let lifetime = Duration.seconds(300)
  /// Agents and their rotated tokens; over it the oldest half is forgotten.
  static let limit = 20_000

  /// A refused token is not asked about again for this long, so that a stranger cannot make the cluster answer without end.
  static let refusalLifetime = Duration.seconds(10)

  private struct Entry {
    /// Nil when the token was refused.
    let scope: AgentScope?
    let until: Timestamp
  }

  private let base: any AgentAuthenticator
  private let clock: any WallClock
  /// Whether the last question was answered; nil before the first.
  private let lastAnswered = Mutex<Bool?>(nil)
  private let entries = Mutex<[SHA256.Digest: Entry]>([:])

  public init(_ base: any AgentAuthenticator, clock: any WallClock) {
    self.base = base
    self.clock = clock
  }

  /// What is known without asking.
  func known(_ token: String) -> AgentScope? {
    let key = SHA256.hash(data: Array(token.utf8))
    let now = clock.now
    return entries.withLock { entries in entries[key].flatMap { $0.until > now ? $0.scope : nil } }
  }

  /// Asks anew, as on connect.
  func check(_ token: String) async throws(AgentAuthenticationError) -> AgentScope {
    let key = SHA256.hash(data: Array(token.utf8))
    let now = clock.now
    let known = entries.withLock { $0[key] }
    if let known, known.scope == nil, known.until > now { throw .refused("the token was refused a moment ago") }
    do {
      let scope = try await ask(token)
      remember(key, Entry(scope: scope, until: clock.now + Self.lifetime))
      return scope
    } catch .refused(let reason) {
      remember(key, Entry(scope: nil, until: clock.now + Self.refusalLifetime))
      throw .refused(reason)
    } catch {
      throw error
    }
  }

  private func remember(_ key: SHA256.Digest, _ entry: Entry) {
    entries.withLock { entries in
      if entries.count >= Self.limit { Self.forgetOldestHalf(&entries) }
      entries[key] = entry
    }
  }

  /// Whether the cluster can be asked.
  public var isReachable: Bool { lastAnswered.withLock { $0 ?? false } }

  /// Asks about a token that is nobody's, to learn whether there is an answer.
  public func probe() async {
    _ = try? await ask("probe")
  }

  private func ask(_ token: String) async throws(AgentAuthenticationError) -> AgentScope {
    do {
      let scope = try await base.scope(presenting: token)
      lastAnswered.withLock { $0 = true }
      return scope
    } catch {
      let answered = if case .refused = error { true } else { false }
      lastAnswered.withLock { $0 = answered }
      throw error
    }
  }

  func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope {
    if let scope = known(token) { return scope }
    return try await check(token)
  }

  private static func forgetOldestHalf(_ entries: inout [SHA256.Digest: Entry]) {
    let median = entries.values.map(\.until).sorted()[entries.count / 2]
    entries = entries.filter { $0.value.until > median }
  }
}
