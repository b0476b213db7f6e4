/// Rows of text in columns as wide as their widest cell.
struct Table {
  private var rows: [[String]]

  init(_ head: [String]) { rows = [head] }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row, widths) { line += cell + String(repeating: " ", count: width - cell.count + 2) }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

extension Table {
  static let answerHead = ["", "scenario", "outcome", "action", "gate", "conf", "why"]

  mutating func add(_ id: String, _ answer: Answer, _ score: Score) {
    let proposal = answer.proposal
    add([
      score.passed ? "ok" : score.forbidden ? "HARM" : "no", id, answer.outcome.rawValue,
      (proposal.map { "\($0.action) \($0.target)" } ?? "-") + (answer.execution.map { ": \($0)" } ?? ""),
      proposal?.gate.rawValue ?? "-",
      String(Int((answer.confidence * 100).rounded())), score.passed ? "" : score.why,
    ])
  }
}
