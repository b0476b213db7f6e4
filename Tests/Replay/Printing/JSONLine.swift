import Simulator

/// One line of `--json`.
public enum JSONLine {
  public static func of(_ id: String, _ answer: Answer, incidents: Int, _ score: Score) -> String {
    let parameters = answer.proposal?.parameters.sorted { $0.key < $1.key } ?? []
    var line: JSONValue = [
      "id": .string(id), "outcome": .string(answer.outcome.rawValue),
      "action": answer.proposal.map { .string($0.action) } ?? .null,
      "target": answer.proposal.map { .string($0.target) } ?? .null,
      "params": .object(JSONObject(parameters.map { ($0.key, .integer(Int64($0.value))) })),
      "confidence": .double(answer.confidence), "gate": answer.proposal.map { .string($0.gate.rawValue) } ?? .null,
      "decided_by": .string(answer.decidedBy), "reasoning": .string(answer.reasoning),
      "incidents": .integer(Int64(incidents)), "passed": .bool(score.passed), "why": .string(score.why),
    ]
    if let execution = answer.execution { line["execution"] = .string(execution) }
    return line.text
  }

  public static func of(_ tally: Tally) -> String {
    let line: JSONValue = [
      "summary": [
        "total": .integer(Int64(tally.total)), "passed": .integer(Int64(tally.passed)),
        "correct": .integer(Int64(tally.correct)), "forbidden": .integer(Int64(tally.forbidden)),
      ]
    ]
    return line.text
  }
}
