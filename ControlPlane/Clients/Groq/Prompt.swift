import Pipeline
import Wire

/// What the model reads: a few kilobytes.
struct Prompt: Equatable {
  /// Of situation and actions together, in bytes. Those who write the evidence keep it within this; here is the last bound.
  static let limit = 5 * 1024
  /// Of one action's line, in characters.
  static let actionLineLimit = 250

  let instructions: String
  let offer: Offer
  private let situation: String
  private let actions: [String]

  init(_ question: ModelQuestion) {
    let offer = Offer(question.candidates)
    let actions = offer.choices.compactMap { choice in
      question.candidates.first { $0.id == choice.id }.map { OneLine.of(Self.line(choice, $0), limit: Self.actionLineLimit) }
    }
    let room = max(Self.limit / 2, Self.limit - actions.reduce(64) { $0 + $1.utf8.count + 1 })
    self.init(
      instructions: question.instructions, offer: offer, situation: Self.cut(question.situation, to: room), actions: actions)
  }

  private init(instructions: String, offer: Offer, situation: String, actions: [String]) {
    self.instructions = instructions
    self.offer = offer
    self.situation = situation
    self.actions = actions
  }

  var question: String { situation + "\nACTIONS TO PICK FROM:\n" + actions.joined(separator: "\n") + "\n" }

  /// With half of the situation, for a server to which the whole is too large.
  func shortened() -> Prompt {
    Prompt(
      instructions: instructions, offer: offer, situation: Self.cut(situation, to: situation.utf8.count / 2), actions: actions
    )
  }

  /// The rationale quotes logs and events: it stands behind the bar that marks data.
  private static func line(_ choice: Offer.Choice, _ candidate: Candidate) -> String {
    let call = [choice.tool, choice.target, choice.parameters].compactMap(\.self).joined(separator: " ")
    guard case .act(let proposal) = candidate.choice else { return "- \(call) | \(candidate.rationale)" }
    return "- \(call) | \(candidate.rationale) Expected: \(proposal.expectedEffect)"
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
