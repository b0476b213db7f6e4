import Pipeline

/// An answer of `POST /chat/completions`, as far as it is used here.
struct ChatCompletion: Decodable {
  let choices: [Choice]
  let usage: Usage?

  struct Choice: Decodable {
    let finishReason: String?
    let message: Message

    private enum CodingKeys: String, CodingKey {
      case message
      case finishReason = "finish_reason"
    }
  }

  struct Message: Decodable {
    let content: String?
    let toolCalls: [ToolCall]?

    private enum CodingKeys: String, CodingKey {
      case content
      case toolCalls = "tool_calls"
    }
  }

  struct ToolCall: Decodable {
    let function: Function

    struct Function: Decodable {
      let name: String
      let arguments: String
    }
  }

  struct Usage: Decodable {
    let promptTokens: Int
    let completionTokens: Int

    /// Of one answer; more than that is a mistake of the server.
    private static let most = 1_000_000
    var prompt: Int { max(0, min(promptTokens, Self.most)) }
    var completion: Int { max(0, min(completionTokens, Self.most)) }

    func charged(at price: ModelPrice) -> ModelUsage { price.usage(prompt: prompt, completion: completion) }

    private enum CodingKeys: String, CodingKey {
      case promptTokens = "prompt_tokens"
      case completionTokens = "completion_tokens"
    }
  }

  /// The choice that was made: by a tool, or as a JSON object in the text, which a large model on this path has been seen to
  /// give instead.
  func choice(of offer: Offer) throws(GroqFailure) -> ActionChoice {
    guard let choice = choices.first else { throw .invalidAnswer("it has no choices") }
    guard choice.finishReason != "length" else { throw .invalidAnswer("it ran out of tokens before it had answered") }
    let calls = choice.message.toolCalls ?? []
    guard calls.count <= 1 else { throw .invalidAnswer("it called \(calls.count) tools at once") }
    if let call = calls.first {
      return try ActionChoice(calling: call.function.name, with: call.function.arguments, of: offer)
    }
    guard let text = choice.message.content, !text.isEmpty else { throw .invalidAnswer("it called no tool") }
    return try ActionChoice(text: Self.withoutFence(text), of: offer)
  }

  /// A Markdown code block around the whole text is dropped.
  private static func withoutFence(_ text: String) -> String {
    var lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
    guard lines.count >= 3, lines[0].hasPrefix("```"), lines[lines.count - 1] == "```" else { return text }
    lines.removeFirst()
    lines.removeLast()
    return lines.joined(separator: "\n")
  }
}

/// The body of an answer with an error status.
struct ChatError: Decodable {
  let error: Detail

  struct Detail: Decodable {
    let message: String?
    let code: String?

    private enum CodingKeys: String, CodingKey { case message, code }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      message = try? container.decode(String.self, forKey: .message)
      code = try? container.decode(String.self, forKey: .code)
    }
  }
}
