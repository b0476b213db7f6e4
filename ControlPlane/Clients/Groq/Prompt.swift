import Pipeline
import Wire

/// What the model reads: a few kilobytes.
struct Prompt: Equatable {
  /// Of situation and actions together, in bytes. Those who write the evidence keep it within this; here is the last bound.
  static let limit = 5 * 1024
  /// Of one action's line, in characters.
  static let actionLineLimit = 250

  let instructions: String
  /// Ids of the candidates.
  let offered: [String]
  private let situation: String
  private let actions: [String]

  init(_ question: ModelQuestion) {
    var offered: [String] = []
    var actions: [String] = []
    // By id, so that the order does not tell which one the runbooks prefer.
    for candidate in question.candidates.sorted(by: { $0.id < $1.id }) where !offered.contains(candidate.id) {
      offered.append(candidate.id)
      actions.append("- " + OneLine.of(Self.line(candidate), limit: Self.actionLineLimit))
    }
    let room = max(Self.limit / 2, Self.limit - actions.reduce(64) { $0 + $1.utf8.count + 1 })
    self.init(
      instructions: question.instructions, offered: offered, situation: Self.cut(question.situation, to: room), actions: actions)
  }

  private init(instructions: String, offered: [String], situation: String, actions: [String]) {
    self.instructions = instructions
    self.offered = offered
    self.situation = situation
    self.actions = actions
  }

  var question: String { situation + "\nACTIONS TO PICK FROM:\n" + actions.joined(separator: "\n") + "\n" }

  /// With half of the situation, for a server to which the whole is too large.
  func shortened() -> Prompt {
    Prompt(
      instructions: instructions, offered: offered, situation: Self.cut(situation, to: situation.utf8.count / 2), actions: actions
    )
  }

  private static func line(_ candidate: Candidate) -> String {
    switch candidate.choice {
    case .act(let proposal):
      "\(candidate.id) on \(proposal.target.path): \(candidate.rationale) Expected: \(proposal.expectedEffect)"
    case .escalate, .wait, .nothing: "\(candidate.id): \(candidate.rationale)"
    }
  }

  /// Takes whole lines out of the middle: the head says what the alert is, the end what the runbooks found.
  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let mark = "[… cut …]"
    let half = max(0, limit - mark.utf8.count - 2) / 2
    let bytes = Array(text.utf8)
    let head = bytes.prefix(half)
    let tail = bytes.suffix(half)
    let newline = UInt8(ascii: "\n")
    let wholeHead = head.lastIndex(of: newline).map { head[..<$0] } ?? head
    let wholeTail = tail.firstIndex(of: newline).map { tail[($0 + 1)...] } ?? tail
    return String(decoding: wholeHead, as: UTF8.self) + "\n\(mark)\n" + String(decoding: wholeTail, as: UTF8.self)
  }
}
