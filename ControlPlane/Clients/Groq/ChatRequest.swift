/// The body of `POST /chat/completions`, as far as it is used here.
struct ChatRequest: Encodable {
  let model: String
  let messages: [Message]
  let tools: [Tool]
  let toolChoice = "required"
  let parallelToolCalls = false
  let temperature = 0.0
  /// The same question gets the same answer, as far as Groq can.
  let seed = 1
  let maxCompletionTokens: Int
  let reasoningEffort: String?

  /// Reasoning counts as completion: a choice needs about 150 tokens, and gpt-oss at low effort thinks for some hundred.
  static let completionTokens = 2048

  init(model: GroqModel, prompt: Prompt, strict: Bool) {
    self.model = model.name
    messages = [Message(role: "system", content: prompt.instructions), Message(role: "user", content: prompt.question)]
    tools = prompt.offer.tools(strict: strict)
    maxCompletionTokens = Self.completionTokens
    reasoningEffort = model.isGPTOSS ? "low" : nil
  }

  private enum CodingKeys: String, CodingKey {
    case model, messages, tools, temperature, seed
    case toolChoice = "tool_choice"
    case parallelToolCalls = "parallel_tool_calls"
    case maxCompletionTokens = "max_completion_tokens"
    case reasoningEffort = "reasoning_effort"
  }

  struct Message: Encodable {
    let role: String
    let content: String
  }

  struct Tool: Encodable {
    let type = "function"
    let function: Function

    struct Function: Encodable {
      let name: String
      let description: String
      let parameters: Parameters
      let strict: Bool?
    }

    /// JSON Schema of the arguments; all are required.
    struct Parameters: Encodable {
      let type = "object"
      let properties: [String: Schema]
      let required: [String]
      let additionalProperties = false

      init(properties: [String: Schema]) {
        self.properties = properties
        required = properties.keys.sorted()
      }
    }
  }

  /// JSON Schema of one argument.
  struct Schema: Encodable {
    let type: String
    let description: String
    var allowed: [String]?
    var minimum: Int?
    var maximum: Int?
    var maxLength: Int?

    private enum CodingKeys: String, CodingKey {
      case type, description, minimum, maximum, maxLength
      case allowed = "enum"
    }
  }
}

/// A model by the name that Groq gives it.
struct GroqModel: Sendable, Hashable {
  let name: String

  /// The family that takes `reasoning_effort` low, medium or high, and constrained decoding (`strict`).
  var isGPTOSS: Bool { name.split(separator: "/").last?.hasPrefix("gpt-oss") ?? false }
}
