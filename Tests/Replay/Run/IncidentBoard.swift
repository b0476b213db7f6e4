import AgentCore
import Pipeline
import Synchronization

/// Every incident as it was last committed.
final class IncidentBoard: CommitAudience {
  private let state = Mutex([Incident.ID: Incident]())
  /// Raised at every commit, also at one that changed no incident.
  let changed = ChangeSignal()

  func receive(_ commit: Commit) {
    state.withLock { incidents in
      for incident in commit.incidents { incidents[incident.id] = incident }
    }
    changed.raise()
  }

  /// Oldest first.
  var incidents: [Incident] { state.withLock { $0.values.sorted { $0.id < $1.id } } }
}

extension Incident {
  /// Evidence or decision are under way.
  var isMoving: Bool {
    switch state {
    case .received, .gathering, .deciding: true
    case .waiting, .awaitingApproval, .executing, .verifying, .resolved, .escalated, .closed, .failed: false
    }
  }
}
