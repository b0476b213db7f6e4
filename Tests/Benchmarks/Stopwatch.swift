import Pipeline
import Synchronization

/// Notes when commands are committed, and tells how long they took to be verified.
final class Stopwatch: CommitAudience {
  private struct State {
    var committed: [String: ContinuousClock.Instant] = [:]
    var verified: [String: Duration] = [:]
  }

  private let state = Mutex(State())

  /// Called right after the transaction is durable, before the dispatch hears of it.
  func receive(_ commit: Commit) {
    guard !commit.commands.isEmpty else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      for command in commit.commands { state.committed[command.draft.id] = now }
    }
  }

  func verified(_ command: String) {
    let now = ContinuousClock.now
    state.withLock { state in
      if let start = state.committed[command] { state.verified[command] = now - start }
    }
  }

  func time(of command: String) -> Duration? { state.withLock { $0.verified[command] } }
}
