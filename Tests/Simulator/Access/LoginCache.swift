/// Logins of the last seconds. The API server looks a token up again only when its entry is older, so that the token of a
/// deleted account or pod still passes until then (recordings, 01 *-deleted-at-once).
struct LoginCache: Sendable {
  static let lifetime = 10.0
  private static let mostEntries = 4096

  private struct Key: Hashable { let token: String, audiences: [String] }
  private struct Entry { let identity: Identity, audiences: [String], until: Timestamp }

  private var entries: [Key: Entry] = [:]

  func find(_ token: String, audiences: [String], now: Timestamp) -> (identity: Identity, audiences: [String])? {
    guard let entry = entries[Key(token: token, audiences: audiences)], now < entry.until else { return nil }
    return (entry.identity, entry.audiences)
  }

  mutating func note(_ token: String, asked: [String], _ identity: Identity, _ audiences: [String], now: Timestamp) {
    if entries.count >= Self.mostEntries { entries = [:] }
    entries[Key(token: token, audiences: asked)] = Entry(identity: identity, audiences: audiences, until: now + Self.lifetime)
  }
}

extension Authenticator {
  /// As ``authenticate(_:audiences:store:)``, asking the cache first. A token that has expired by itself is refused at once.
  func authenticate(
    _ token: String, audiences: [String], _ world: inout World
  ) throws(Refusal) -> (identity: Identity, audiences: [String]) {
    if opaque[token] == nil, (try? issuer.claims(of: token)) != nil,
      let known = world.logins.find(token, audiences: audiences, now: world.now)
    {
      return known
    }
    let (identity, common) = try authenticate(token, audiences: audiences, store: world.store)
    world.logins.note(token, asked: audiences, identity, common, now: world.now)
    return (identity, common)
  }
}
