import Wire

/// A log line that complains, with the log that it is from.
struct Complaint: Sendable, Hashable {
  let sign: LogSign
  let line: String
  let fact: String
  /// The lines around it that complain too: a driver often names the host in another line than the refusal.
  var context: [String] = []
}

extension Examination {
  /// The last complaint of these pods' containers: the last word of a container that dies tells why.
  func complaint(of pods: [Cited<PodFact>]) -> Complaint? {
    complaints(of: pods).first
  }

  /// At most one for each log; a cause that is named in more logs comes first.
  func complaints(of pods: [Cited<PodFact>]) -> [Complaint] {
    let found = logs(of: pods).compactMap { log in Self.lastComplaint(in: log.fact.lines, of: log.id) }
    let weight = Dictionary(found.map { ($0.sign, 1) }, uniquingKeysWith: +)
    return found.enumerated().sorted {
      (weight[$1.element.sign] ?? 0, $0.offset) < (weight[$0.element.sign] ?? 0, $1.offset)
    }.map(\.element)
  }

  /// Lines in which a dying program says what happened and that it gives up.
  private static let lastBreath = 16

  /// The more specific complaint of the last words counts, whatever is logged behind them, and the message rather than a stack's
  /// frame.
  private static func lastComplaint(in lines: [String], of log: String) -> Complaint? {
    guard let end = lines.lastIndex(where: { LogSign.of($0) != nil }) else { return nil }
    let words = lines[max(0, end + 1 - lastBreath)...end]
    let signs = words.compactMap { line in LogSign.of(line).map { (sign: $0, line: line) } }
    guard let first = LogSign.allCases.first(where: { sign in signs.contains { $0.sign == sign } }) else { return nil }
    let own = signs.filter { $0.sign == first }
    let line = (own.last { !$0.line.isStackFrame } ?? own.last)?.line ?? lines[end]
    return Complaint(sign: first, line: line, fact: log, context: Array(words))
  }

  /// What to quote when no sign fits: the last line that speaks of trouble.
  func lastWords(of pods: [Cited<PodFact>]) -> (id: String, line: String)? {
    for log in logs(of: pods).reversed() {
      let fact = log.fact
      let marked = fact.telling.filter(fact.lines.indices.contains).map { fact.lines[$0] }
      if let line = marked.last ?? fact.lines.last(where: TellingLines.isTelling) { return (log.id, line) }
    }
    return nil
  }
}

extension String {
  /// `    at connect (net.js:1)`, `  File "/srv/app.py", line 3`, `	main.go:12 +0x1d`, `/gems/redis.rb:10:in …`
  fileprivate var isStackFrame: Bool {
    let text = drop { $0 == " " || $0 == "\t" }
    return text.hasPrefix("at ") || text.hasPrefix("File \"") || text.hasPrefix("from /") || text.contains(":in `")
      || startIndex != text.startIndex && (text.contains(".go:") || text.contains(".rb:") || text.contains(".py:"))
  }

  /// At most so much of a line from outside as a sentence can hold, in quotation marks.
  var quoted: String {
    let line = map { $0.isNewline ? " " : $0 }
    return "“" + String(line.prefix(220)) + (line.count > 220 ? "…" : "") + "”"
  }
}
