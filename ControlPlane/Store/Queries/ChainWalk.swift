import Pipeline

/// A place on the way along the chain.
struct ChainWalk {
  private static let pageSize = 1000

  private var sequence: Int64 = 0
  private var hash = ChainHash.origin

  /// Follows one page.
  /// - Returns: the place behind it, and the verdict when the end or a break was met.
  func advanced(through timeline: TimelineTable) throws -> (ChainWalk, ChainVerdict?) {
    var walk = self
    let page = try timeline.links(after: sequence, limit: Self.pageSize)
    for entry in page {
      let hash = try walk.hash.next(entry.link)
      guard entry.sequence == walk.sequence + 1, hash == entry.hash else {
        return (walk, .broken(sequence: walk.sequence + 1))
      }
      walk.sequence += 1
      walk.hash = hash
    }
    guard page.count < Self.pageSize else { return (walk, nil) }
    let head = try timeline.head()
    guard head.sequence == walk.sequence, head.hash == walk.hash else {
      return (walk, .broken(sequence: min(head.sequence, walk.sequence) + 1))
    }
    return (walk, .intact(entries: walk.sequence, head: walk.hash.hexadecimal))
  }
}
