import Synchronization
import Wire

/// Who has signed in with a browser. Kept in memory: a restart signs everybody out.
final class BrowserSessions: Sendable {
  static let lifetime = Duration.seconds(12 * 3600)
  static let limit = 10_000

  private struct Session {
    let person: Person
    let until: Timestamp
  }

  private let clock: any WallClock
  private let sessions = Mutex<[String: Session]>([:])

  init(clock: any WallClock) {
    self.clock = clock
  }

  /// - Returns: the cookie's value, 256 random bits; nil when too many sessions are open.
  func open(for person: Person) -> String? {
    let now = clock.now
    var generator = SystemRandomNumberGenerator()
    let id = (0..<4).map { _ in String(UInt64.random(in: .min ... .max, using: &generator), radix: 36) }.joined(separator: "-")
    return sessions.withLock { sessions in
      if sessions.count >= Self.limit { sessions = sessions.filter { $0.value.until > now } }
      guard sessions.count < Self.limit else { return nil }
      sessions[id] = Session(person: person, until: now + Self.lifetime)
      return id
    }
  }

  func person(_ id: String) -> Person? {
    let now = clock.now
    return sessions.withLock { sessions in sessions[id].flatMap { $0.until > now ? $0.person : nil } }
  }

  func close(_ id: String) {
    sessions.withLock { _ = $0.removeValue(forKey: id) }
  }
}
