import Pipeline

/// A place on the way along the chain.
///
/// Each entry is checked against the one before it as that one is stored, so that a break is told where it is and what follows is still
/// checked.
struct ChainWalk {
  static let pageSize = 1000
  /// How far from its place a moved entry is looked for.
  private static let reach = 64

  private(set) var sequence: Int64 = 0
  private var breaks: [ChainBreak] = []
  /// What the hash of the entry before may be: as it is stored, or as its content gives it. None is known behind a gap.
  private var before: [ChainHash] = [.origin]
  /// Entries that do not stand where they were written, until their place comes.
  private var strays: [ChainedEntry] = []
  private var placed: Set<Int64> = []
  private let known: ChainHead?

  init(against known: ChainHead? = nil) {
    self.known = known
  }

  /// Follows one page.
  /// - Parameter head: as it was when the page was read.
  /// - Returns: the verdict when the end was met or enough was found.
  mutating func follow(
    _ page: [ChainedEntry], head: (sequence: Int64, hash: ChainHash)
  ) throws -> ChainVerdict? {
    for (index, entry) in page.enumerated() {
      try step(entry, ahead: page[(index + 1)...].prefix(Self.reach), end: head.sequence)
      if breaks.count >= ChainBreak.limit { return .broken(breaks) }
    }
    guard page.count < Self.pageSize else { return nil }
    return finish(head)
  }

  private mutating func step(_ entry: ChainedEntry, ahead: ArraySlice<ChainedEntry>, end: Int64) throws {
    guard entry.sequence > sequence, entry.sequence <= end else { return breaks.append(.added(entry.record)) }
    if entry.sequence > sequence + 1 {
      breaks.append(.missing(from: sequence + 1, through: entry.sequence - 1))
      before = []
    }
    sequence = entry.sequence
    if let known, known.sequence == sequence, known.hash != entry.hash.hexadecimal { breaks.append(.head(sequence: sequence)) }
    if try before.isEmpty || (fits(entry) && !placed.contains(entry.sequence)) {
      before = [entry.hash]
    } else if let proper = try (strays + ahead).first(where: { try !placed.contains($0.sequence) && fits($0) }) {
      breaks.append(.moved(proper.record, belongsAt: sequence))
      placed.insert(proper.sequence)
      strays.removeAll { $0.sequence == proper.sequence }
      if !placed.contains(entry.sequence) { strays.append(entry) }
      before = [proper.hash]
    } else {
      if placed.contains(entry.sequence) {
        breaks.append(.missing(from: sequence, through: sequence))
      } else {
        breaks.append(.changed(entry.record))
      }
      before = try [entry.hash] + before.map { try $0.next(entry.link) }
    }
  }

  private func fits(_ entry: ChainedEntry) throws -> Bool {
    try before.contains { try $0.next(entry.link) == entry.hash }
  }

  private func finish(_ head: (sequence: Int64, hash: ChainHash)) -> ChainVerdict {
    var breaks = breaks + strays.map { .changed($0.record) }
    let last = max(head.sequence, known?.sequence ?? 0)
    if last > sequence {
      breaks.append(.missing(from: sequence + 1, through: last))
    } else if breaks.isEmpty, !before.contains(head.hash) {
      breaks.append(.head(sequence: sequence))
    }
    return breaks.isEmpty ? .intact(entries: sequence, head: head.hash.hexadecimal) : .broken(breaks)
  }
}
