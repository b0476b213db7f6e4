import Wire

/// What identifies a kind of trouble in a bundle of evidence: reasons, exit codes, error lines, what changed. Names, numbers and times of
/// the one occasion stay out.
enum TroubleFeatures {
  /// Features of one sort, and how much the sort counts beside the others.
  struct Aspect {
    let weight: Float
    private(set) var features: [String: Float] = [:]

    init(weight: Float) { self.weight = weight }

    mutating func add(_ feature: String, _ weight: Float = 1) {
      features[feature] = max(features[feature] ?? 0, weight)
    }
  }

  /// Alerts are named by whoever wrote the rule, and one rule catches many kinds of trouble: a hint, no more.
  static func ofAlert(_ name: String) -> Aspect {
    var aspect = Aspect(weight: 0.3)
    aspect.add("alert:\(name.lowercased())")
    return aspect
  }

  static func of(_ evidence: Evidence) -> [Aspect] {
    [states(evidence), lines(evidence), events(evidence), changes(evidence)]
  }

  private static func lines(_ evidence: Evidence) -> Aspect {
    var aspect = Aspect(weight: 1)
    let names = OccasionNames(of: evidence)
    var seen: Set<[String]> = []
    for (_, log) in evidence.logs {
      for line in telling(log) where seen.count < linesRead {
        let words = LineWords.of(line, without: names)
        guard seen.insert(words).inserted else { continue }
        for word in words { aspect.add(word) }
        for (first, second) in zip(words, words.dropFirst()) { aspect.add("\(first) \(second)", 0.5) }
      }
    }
    return aspect
  }

  /// Distinct ones.
  private static let linesRead = 40

  private static func telling(_ log: LogFact) -> [String] {
    let marked = log.telling.filter(log.lines.indices.contains).map { log.lines[$0] }
    if !marked.isEmpty { return marked }
    let found = log.lines.filter(TellingLines.isTelling)
    return found.isEmpty ? Array(log.lines.suffix(3)) : found
  }

  private static func events(_ evidence: Evidence) -> Aspect {
    var aspect = Aspect(weight: 0.6)
    let names = OccasionNames(of: evidence)
    for (_, event) in evidence.events where event.type == "Warning" {
      aspect.add("event:\(event.reason)")
      for word in LineWords.of(event.message, without: names).prefix(24) { aspect.add("event \(word)", 0.3) }
    }
    return aspect
  }

  /// A revision of today may be why; an older one is not.
  private static let recency = Duration.seconds(7200)

  private static func changes(_ evidence: Evidence) -> Aspect {
    var aspect = Aspect(weight: 0.6)
    for (_, revision) in evidence.revisions where revision.current && revision.createdAt + recency > evidence.gatheredAt {
      for change in revision.changes {
        aspect.add("change:\(shape(of: change.path))")
        if change.after == nil { aspect.add("change:removal") }
      }
    }
    return aspect
  }

  /// `containers[app].env[DB_URL]` without the container's name.
  private static func shape(of path: String) -> String {
    guard let open = path.firstIndex(of: "["), let close = path[open...].firstIndex(of: "]") else { return path }
    return String(path[...open] + path[close...])
  }
}
