import Wire

/// The journal's content. Pure; ``JournalStore`` keeps it in a ConfigMap.
struct JournalState: Sendable, Hashable, Codable {
  /// With about 2 KB each far below the 1 MiB that a ConfigMap holds; the plan of one open drain adds up to 60 KB.
  static let limit = 64

  private var version = 1
  /// The highest epoch that any life of this agent has followed.
  private(set) var epoch: Int64 = 0
  /// Oldest first.
  private(set) var entries: [JournalEntry] = []

  init() {}

  func entry(_ command: String) -> JournalEntry? { entries.first { $0.command == command } }

  var bareIntents: [JournalEntry] { entries.filter { $0.result == nil } }

  /// Results that the control plane may not have.
  var unacknowledged: [CommandResult] { entries.compactMap { $0.acknowledged ? nil : $0.result } }

  mutating func raiseEpoch(to epoch: Int64) { self.epoch = max(self.epoch, epoch) }

  /// - Returns: false when the journal is full of intents whose outcome is open: then nothing may be begun.
  mutating func begin(_ entry: JournalEntry) -> Bool {
    if entries.contains(where: { $0.command == entry.command }) { return true }
    while entries.count >= Self.limit {
      guard
        let index = entries.firstIndex(where: { $0.result != nil && $0.acknowledged })
          ?? entries.firstIndex(where: { $0.result != nil })
      else { return false }
      entries.remove(at: index)
    }
    entries.append(entry)
    return true
  }

  /// The first result stays.
  mutating func finish(_ command: String, with result: CommandResult) {
    guard let index = entries.firstIndex(where: { $0.command == command }), entries[index].result == nil else { return }
    entries[index].finish(with: result)
  }

  mutating func acknowledge(_ commands: Set<String>) {
    for index in entries.indices where commands.contains(entries[index].command) && entries[index].result != nil {
      entries[index].acknowledged = true
    }
  }
}
