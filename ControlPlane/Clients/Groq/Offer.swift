import Pipeline
import Wire

/// The candidates as tools: one for each action, whose target and parameters are enums of what was offered. Nothing else can be called.
struct Offer: Equatable {
  struct Choice: Equatable {
    /// The candidate's.
    let id: String
    let tool: String
    let target: String?
    let parameters: String?
  }

  /// By id, so that the order does not tell which one the runbooks prefer.
  let choices: [Choice]

  init(_ candidates: [Candidate]) {
    var choices: [Choice] = []
    for candidate in candidates.sorted(by: { $0.id < $1.id }) {
      let choice = Choice(candidate)
      if !choices.contains(where: { $0.hasSameArguments(as: choice) }) { choices.append(choice) }
    }
    self.choices = choices
  }

  /// - Returns: nil when that combination was not offered.
  func candidate(tool: String, target: String?, parameters: String?) -> String? {
    choices.first { $0.tool == tool && $0.target == target && $0.parameters == parameters }?.id
  }

  func tools(strict: Bool) -> [ChatRequest.Tool] {
    Set(choices.map(\.tool)).sorted().map { tool in
      let offered = choices.filter { $0.tool == tool }
      var properties: [String: ChatRequest.Schema] = [
        "confidence": .init(
          type: "number", description: "How sure you are that it is right, from 0 to 1.", minimum: 0, maximum: 1),
        "reasoning": .init(
          type: "string", description: "Why, in at most three sentences that cite the ids of the facts.",
          maxLength: ActionChoice.reasoningLimit),
      ]
      properties["target"] = Self.schema(offered.map(\.target), "What to do it to.")
      properties["parameters"] = Self.schema(offered.map(\.parameters), "With what.")
      return ChatRequest.Tool(
        function: .init(
          name: tool, description: Self.description(of: tool), parameters: .init(properties: properties),
          strict: strict ? true : nil))
    }
  }

  private static func schema(_ values: [String?], _ description: String) -> ChatRequest.Schema? {
    let allowed = values.compactMap(\.self)
    guard !allowed.isEmpty else { return nil }
    return .init(type: "string", description: description, allowed: Set(allowed).sorted())
  }

  /// Of this side alone: nothing from the cluster gets into what a tool is said to be.
  private static func description(of tool: String) -> String {
    switch tool {
    case "escalate": "Leave it to a person."
    case "wait": "Something is repairing it already: look again later."
    case "none": "Nothing is wrong any more: close the incident."
    default: "Propose to do this."
    }
  }
}

extension Offer.Choice {
  init(_ candidate: Candidate) {
    guard case .act(let proposal) = candidate.choice else {
      self.init(id: candidate.id, tool: candidate.id, target: nil, parameters: nil)
      return
    }
    let parameters = [
      proposal.parameters.replicas.map { "replicas=\($0)" }, proposal.parameters.revision.map { "revision=\($0)" },
      proposal.parameters.command.map { "command=\($0)" },
    ].compactMap(\.self)
    self.init(
      id: candidate.id, tool: proposal.action.rawValue, target: proposal.target.path,
      parameters: parameters.isEmpty ? nil : parameters.joined(separator: " "))
  }

  func hasSameArguments(as other: Self) -> Bool {
    tool == other.tool && target == other.target && parameters == other.parameters
  }
}
