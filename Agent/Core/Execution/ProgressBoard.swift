import Wire

/// How far the long acts have come: the latest word of each, which the next one replaces before it was sent.
actor ProgressBoard {
  private var latest: [String: ActProgress] = [:]
  nonisolated let changed = ChangeSignal()

  /// Acts run one after the other: more than a few words can only be left over.
  static let limit = 8

  func post(_ progress: ActProgress) {
    if latest.count >= Self.limit, latest[progress.command] == nil { latest.removeAll() }
    latest[progress.command] = progress
    changed.raise()
  }

  func take() -> ActProgress? {
    guard let next = latest.values.min(by: { $0.at < $1.at }) else { return nil }
    latest[next.command] = nil
    return next
  }
}
