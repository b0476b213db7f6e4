import FoundationEssentials

/// Which candidate the model picked, by a call of one of the offered tools.
struct ActionChoice: Equatable {
  /// Of the reasoning, in characters; longer ones are cut, since only a note to people is lost.
  static let reasoningLimit = 600
  /// Of the arguments as a whole, in bytes.
  static let argumentsLimit = 16 * 1024

  /// The candidate's.
  let id: String
  let confidence: Double
  let reasoning: String

  /// Reads a call's arguments. Nothing is repaired: what does not fit is asked for once more.
  init(calling tool: String, with json: String, of offer: Offer) throws(GroqFailure) {
    guard offer.choices.contains(where: { $0.tool == tool }) else {
      throw .invalidAnswer("it called a tool that was not offered")
    }
    let arguments = try Self.arguments(json)
    guard arguments.action == nil else { throw .invalidAnswer("it gave an argument that the tool does not have") }
    try self.init(tool, arguments, offer)
  }

  /// Reads a choice that was given as text instead: the same arguments, and the tool's name as `action`.
  init(text json: String, of offer: Offer) throws(GroqFailure) {
    let arguments = try Self.arguments(json)
    guard let action = arguments.action else { throw .invalidAnswer("it called no tool") }
    try self.init(action, arguments, offer)
  }

  private init(_ tool: String, _ arguments: Arguments, _ offer: Offer) throws(GroqFailure) {
    guard let id = offer.candidate(tool: tool, target: arguments.target, parameters: arguments.parameters) else {
      throw .invalidAnswer("it picked what was not offered")
    }
    guard (0...1).contains(arguments.confidence) else { throw .invalidAnswer("its confidence is not from 0 to 1") }
    let reasoning = OneLine.of(arguments.reasoning, limit: Self.reasoningLimit)
    guard !reasoning.isEmpty else { throw .invalidAnswer("it gave no reasoning") }
    self.id = id
    confidence = arguments.confidence
    self.reasoning = reasoning
  }

  private static func arguments(_ json: String) throws(GroqFailure) -> Arguments {
    guard json.utf8.count <= argumentsLimit else {
      throw .invalidAnswer("its arguments have more than \(argumentsLimit) bytes")
    }
    do {
      return try JSONDecoder().decode(Arguments.self, from: Data(json.utf8))
    } catch {
      throw .invalidAnswer("its arguments are not those of the tool alone")
    }
  }

  private struct Arguments: Decodable {
    let action: String?
    let target: String?
    let parameters: String?
    let confidence: Double
    let reasoning: String

    private enum CodingKeys: String, CodingKey { case action, target, parameters, confidence, reasoning }

    private struct AnyKey: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      action = try container.decodeIfPresent(String.self, forKey: .action)
      target = try container.decodeIfPresent(String.self, forKey: .target)
      parameters = try container.decodeIfPresent(String.self, forKey: .parameters)
      confidence = try container.decode(Double.self, forKey: .confidence)
      reasoning = try container.decode(String.self, forKey: .reasoning)
      for key in try decoder.container(keyedBy: AnyKey.self).allKeys where CodingKeys(stringValue: key.stringValue) == nil {
        throw DecodingError.dataCorrupted(.init(codingPath: [key], debugDescription: "unknown argument"))
      }
    }
  }
}
