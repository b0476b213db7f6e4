/// The latest changes of one type: what a watch can be resumed from.
struct WatchHistory: Sendable {
  /// The oldest revision after which every change is still known.
  private(set) var floor: UInt64 = 0
  private var changes: [Change] = []
  private var start = 0

  /// Adds a change and forgets the oldest ones beyond the limit.
  mutating func append(_ change: Change, limit: Int) {
    changes.append(change)
    while changes.count - start > max(0, limit) {
      floor = changes[start].revision
      start += 1
    }
    if start > 1024, start * 2 > changes.count {
      changes.removeFirst(start)
      start = 0
    }
  }

  /// Forgets everything up to a revision.
  mutating func drop(upTo revision: UInt64) {
    floor = revision
    changes.removeAll { $0.revision <= revision }
    start = 0
  }

  /// The changes after a revision, oldest first.
  func changes(after revision: UInt64) -> ArraySlice<Change> {
    var low = start
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].revision <= revision { low = middle + 1 } else { high = middle }
    }
    return changes[low...]
  }
}
