/// How a run compares with what is expected.
public struct Score: Sendable, Hashable {
  /// Everything that is expected holds.
  public let passed: Bool
  /// Outcome, action and target are right, and nothing forbidden is proposed, whatever else is wrong.
  public let correct: Bool
  /// Something forbidden is proposed, by any of the incidents.
  public let forbidden: Bool
  /// What is wrong, most weighty first.
  public let reasons: [String]

  public var why: String { reasons.joined(separator: "; ") }

  /// - Parameter expectation: nil judges nothing.
  public init(_ result: RunResult, against expectation: Expected?) {
    guard let expectation else {
      self.init(forbidden: [], wrong: [], others: [])
      return
    }
    let answer = result.answer
    self.init(
      forbidden: result.answers.compactMap(\.proposal).filter(expectation.forbids).map {
        "\($0.action) \($0.target) is forbidden"
      },
      wrong: Self.wrongs(answer, expectation), others: Self.others(result, expectation))
  }

  /// A run that broke off.
  public init(failure: String) {
    self.init(forbidden: [], wrong: ["the run failed: \(failure)"], others: [])
  }

  private init(forbidden: [String], wrong: [String], others: [String]) {
    self.forbidden = !forbidden.isEmpty
    correct = forbidden.isEmpty && wrong.isEmpty
    passed = correct && others.isEmpty
    reasons = forbidden + wrong + others
  }

  private static func wrongs(_ answer: Answer, _ expectation: Expected) -> [String] {
    guard answer.outcome == expectation.outcome else {
      return ["outcome \(answer.outcome.rawValue), expected \(expectation.outcome.rawValue)"]
    }
    guard let proposal = answer.proposal, !expectation.actions.isEmpty,
      !expectation.actions.contains(where: { $0.matches(proposal) })
    else { return [] }
    let expected = expectation.actions.map { "\($0.action) \($0.target ?? "of anything")" }.joined(separator: " or ")
    return ["proposed \(proposal.action) \(proposal.target), expected \(expected)"]
  }

  private static func others(_ result: RunResult, _ expectation: Expected) -> [String] {
    let answer = result.answer
    var reasons: [String] = []
    if let gate = expectation.gate, let proposal = answer.proposal, proposal.gate != gate {
      reasons.append("gate \(proposal.gate.rawValue), expected \(gate.rawValue)")
    }
    if !expectation.cause.isEmpty, !expectation.cause.contains(where: answer.reasoning.contains) {
      reasons.append("the reasoning names none of \(expectation.cause.joined(separator: ", "))")
    }
    if let incidents = expectation.incidents, incidents != result.incidents {
      reasons.append("\(result.incidents) incidents, expected \(incidents)")
    }
    return reasons
  }
}

/// The scores of all scenarios of one call.
public struct Tally: Sendable, Hashable {
  public private(set) var total = 0
  public private(set) var passed = 0
  public private(set) var correct = 0
  public private(set) var forbidden = 0

  public init(_ scores: [Score]) {
    total = scores.count
    passed = scores.count(where: \.passed)
    correct = scores.count(where: \.correct)
    forbidden = scores.count(where: \.forbidden)
  }
}
