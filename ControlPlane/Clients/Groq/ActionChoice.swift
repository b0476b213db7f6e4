import FoundationEssentials

/// The one tool that the model may call, and what it answered through it.
struct ActionChoice: Equatable {
  static let toolName = "choose_action"
  /// Of the reasoning, in characters; longer ones are cut, since only a note to people is lost.
  static let reasoningLimit = 600
  /// Of the arguments as a whole, in bytes.
  static let argumentsLimit = 16 * 1024

  let action: String
  let confidence: Double
  let reasoning: String

  static func tool(offering candidates: [String], strict: Bool) -> ChatRequest.Tool {
    let parameters = ChatRequest.Tool.Parameters(
      properties: .init(
        action: .init(allowed: candidates, description: "The id of the action to take."),
        confidence: .init(description: "How sure you are that it is right, from 0 to 1.", minimum: 0, maximum: 1),
        reasoning: .init(
          description: "Why, in at most three sentences that cite the ids of the facts.", maxLength: reasoningLimit)))
    return ChatRequest.Tool(
      function: .init(
        name: toolName, description: "Picks exactly one of the offered actions.", parameters: parameters,
        strict: strict ? true : nil))
  }

  /// Reads the arguments of a call, or an answer that was given as text instead. Nothing is repaired: what does not fit is
  /// asked for once more.
  init(parsing json: String, offered: [String]) throws(GroqFailure) {
    guard json.utf8.count <= Self.argumentsLimit else {
      throw .invalidAnswer("its arguments have more than \(Self.argumentsLimit) bytes")
    }
    let arguments: Arguments
    do {
      arguments = try JSONDecoder().decode(Arguments.self, from: Data(json.utf8))
    } catch {
      throw .invalidAnswer("its arguments are not an object of action, confidence and reasoning alone")
    }
    guard offered.contains(arguments.action) else { throw .invalidAnswer("it picked an action that was not offered") }
    guard (0...1).contains(arguments.confidence) else { throw .invalidAnswer("its confidence is not from 0 to 1") }
    let reasoning = OneLine.of(arguments.reasoning, limit: Self.reasoningLimit)
    guard !reasoning.isEmpty else { throw .invalidAnswer("it gave no reasoning") }
    action = arguments.action
    confidence = arguments.confidence
    self.reasoning = reasoning
  }

  private struct Arguments: Decodable {
    let action: String
    let confidence: Double
    let reasoning: String

    private enum CodingKeys: String, CodingKey { case action, confidence, reasoning }

    private struct AnyKey: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      action = try container.decode(String.self, forKey: .action)
      confidence = try container.decode(Double.self, forKey: .confidence)
      reasoning = try container.decode(String.self, forKey: .reasoning)
      for key in try decoder.container(keyedBy: AnyKey.self).allKeys where CodingKeys(stringValue: key.stringValue) == nil {
        throw DecodingError.dataCorrupted(.init(codingPath: [key], debugDescription: "unknown argument"))
      }
    }
  }
}
