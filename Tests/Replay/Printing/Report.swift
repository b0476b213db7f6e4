/// What is printed of a batch.
public struct Report: Sendable {
  private let entries: [Batch.Entry]
  private let showsAll: Bool

  /// - Parameter showsAll: every incident of a scenario, not only the one of the strongest outcome.
  public init(_ entries: [Batch.Entry], showsAll: Bool = false) {
    self.entries = entries
    self.showsAll = showsAll
  }

  public var tally: Tally { Tally(entries.map(\.score)) }

  public var json: String {
    let lines = entries.flatMap { entry in
      answers(of: entry).map { JSONLine.of(entry.id, $0, incidents: entry.result?.incidents ?? 0, entry.score) }
    }
    return (lines + [JSONLine.of(tally)]).joined(separator: "\n") + "\n"
  }

  public var table: String {
    var table = Table(Table.answerHead)
    for entry in entries {
      for answer in answers(of: entry) { table.add(entry.id, answer, entry.score) }
    }
    let tally = tally
    let explanation = entries.flatMap { entry -> [String] in
      guard let lines = entry.result?.explanation, !lines.isEmpty else { return [] }
      return ["", "== \(entry.id)"] + lines
    }
    return table.text + explanation.map { $0 + "\n" }.joined()
      + "\n\(tally.passed) of \(tally.total) passed, \(tally.correct) correct, \(tally.forbidden) proposed something forbidden\n"
  }

  private func answers(of entry: Batch.Entry) -> [Answer] {
    guard let result = entry.result else {
      return [Answer(outcome: .none, confidence: 0, decidedBy: "nobody", reasoning: "")]
    }
    return showsAll && !result.answers.isEmpty ? result.answers : [result.answer]
  }
}
