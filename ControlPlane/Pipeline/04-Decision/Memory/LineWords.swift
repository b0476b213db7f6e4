import Wire

/// A line as the words that say what it is about: without times, numbers, addresses, ids, and the names of this one occasion.
enum LineWords {
  /// Of one line.
  static let limit = 48

  static func of(_ line: String, without names: OccasionNames) -> [String] {
    var words: [String] = []
    for piece in line.utf8.split(whereSeparator: { !$0.isWordByte }) where words.count < limit {
      guard piece.count <= 40 else { continue }
      let word = String(decoding: piece.map(\.lowercased), as: UTF8.self)
      if isTelling(word), !names.contains(word) { words.append(word) }
    }
    return words
  }

  /// A status such as 503 tells; `s3` and `x509` are words; other numbers, and letters mixed with digits, belong to one occasion.
  private static func isTelling(_ word: String) -> Bool {
    let digits = word.utf8.count(where: \.isDigit)
    if digits == 0 { return word.utf8.count > 1 && !stopWords.contains(word) }
    if digits == word.utf8.count { return digits == 3 && (word.hasPrefix("4") || word.hasPrefix("5")) }
    let letters = word.utf8.prefix { !$0.isDigit }
    return letters.count + digits == word.utf8.count && digits <= 3 && word.utf8.count <= 7
      && letters.contains { $0 > UInt8(ascii: "f") }
  }

  private static let stopWords: Set<String> = [
    "the", "an", "of", "to", "in", "is", "for", "and", "on", "at", "by", "with", "was", "be", "it", "as", "from", "this", "that",
    "info", "warn", "warning", "error", "err", "level", "msg", "message", "ts", "time", "utc", "logger", "caller", "main", "app",
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat",
    "sun",
  ]
}

/// Words that name this occasion's objects and nothing of its kind: pods, workload, containers, nodes, the namespace.
struct OccasionNames {
  private let words: Set<String>

  init(of evidence: Evidence) {
    var names = [evidence.namespace]
    for (_, pod) in evidence.pods {
      names += [pod.name, pod.node, pod.owner?.name].compactMap(\.self) + pod.containers.map(\.name)
    }
    names += evidence.nodes.map(\.fact.name) + evidence.revisions.map(\.fact.name) + evidence.jobs.map(\.fact.name)
    if let workload = evidence.workload?.fact.target.name { names.append(workload) }
    words = Set(
      names.flatMap { name in
        name.utf8.split(whereSeparator: { !$0.isWordByte }).map { String(decoding: $0.map(\.lowercased), as: UTF8.self) }
      })
  }

  func contains(_ word: String) -> Bool { words.contains(word) }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

  /// Letters, digits, and everything that is not ASCII.
  fileprivate var isWordByte: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self >= 0x80
  }
}
