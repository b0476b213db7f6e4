/// The body of `POST /chat/completions`, as far as it is used here.
struct ChatRequest: Encodable {
  let model: String
  let messages: [Message]
  let tools: [Tool]
  let toolChoice: ToolChoice
  let parallelToolCalls = false
  let temperature = 0.0
  let maxCompletionTokens: Int
  let reasoningEffort: String?

  /// Reasoning counts as completion: a choice needs about 150 tokens, and gpt-oss at low effort thinks for some hundred.
  static let completionTokens = 2048

  init(model: GroqModel, prompt: Prompt, strict: Bool) {
    self.model = model.name
    messages = [Message(role: "system", content: prompt.instructions), Message(role: "user", content: prompt.question)]
    tools = [ActionChoice.tool(offering: prompt.offered, strict: strict)]
    toolChoice = ToolChoice(function: .init(name: ActionChoice.toolName))
    maxCompletionTokens = Self.completionTokens
    reasoningEffort = model.isGPTOSS ? "low" : nil
  }

  private enum CodingKeys: String, CodingKey {
    case model, messages, tools, temperature
    case toolChoice = "tool_choice"
    case parallelToolCalls = "parallel_tool_calls"
    case maxCompletionTokens = "max_completion_tokens"
    case reasoningEffort = "reasoning_effort"
  }

  struct Message: Encodable {
    let role: String
    let content: String
  }

  struct ToolChoice: Encodable {
    let type = "function"
    let function: Name

    struct Name: Encodable { let name: String }
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

    /// JSON Schema of the arguments.
    struct Parameters: Encodable {
      let type = "object"
      let properties: Properties
      let required = ["action", "confidence", "reasoning"]
      let additionalProperties = false
    }

    struct Properties: Encodable {
      let action: Choice
      let confidence: Number
      let reasoning: Text
    }

    struct Choice: Encodable {
      let type = "string"
      let allowed: [String]
      let description: String

      private enum CodingKeys: String, CodingKey {
        case type, description
        case allowed = "enum"
      }
    }

    struct Number: Encodable {
      let type = "number"
      let description: String
      let minimum: Int
      let maximum: Int
    }

    struct Text: Encodable {
      let type = "string"
      let description: String
      let maxLength: Int
    }
  }
}

/// A model by the name that Groq gives it.
struct GroqModel: Sendable, Hashable {
  let name: String

  /// The family that takes `reasoning_effort` low, medium or high, and constrained decoding (`strict`).
  var isGPTOSS: Bool { name.split(separator: "/").last?.hasPrefix("gpt-oss") ?? false }
}
