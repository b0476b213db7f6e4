import Foundation

/// A request as the stand-in got it.
public struct GroqRequest: Sendable {
  public let body: [UInt8]
  public let authorization: String?

  init(body: [UInt8], authorization: String?) {
    self.body = body
    self.authorization = authorization
  }

  /// Empty when the body is no object.
  public var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
  }

  public var model: String { json["model"] as? String ?? "" }

  /// All messages' texts.
  public var prompt: String { messages.compactMap { $0["content"] as? String }.joined(separator: "\n") }

  public var messages: [[String: Any]] { json["messages"] as? [[String: Any]] ?? [] }

  public var tools: [[String: Any]] {
    (json["tools"] as? [[String: Any]] ?? []).compactMap { $0["function"] as? [String: Any] }
  }

  /// The arguments' schemas of a tool, by name.
  public func arguments(of tool: String) -> [String: [String: Any]] {
    let parameters = tools.first { $0["name"] as? String == tool }?["parameters"] as? [String: Any]
    return parameters?["properties"] as? [String: [String: Any]] ?? [:]
  }

  func firstArguments(of tool: String) -> [String: Any] {
    arguments(of: tool).compactMapValues { ($0["enum"] as? [String])?.first }
  }

  public var isStrict: Bool { !tools.isEmpty && tools.allSatisfy { $0["strict"] as? Bool == true } }

  var wantsStream: Bool { json["stream"] as? Bool ?? false }

  /// The tool that must be called, if one must.
  var forcedTool: String? {
    ((json["tool_choice"] as? [String: Any])?["function"] as? [String: Any])?["name"] as? String
  }

  /// What Groq would say about a request that it does not take.
  var complaint: String? {
    let json = json
    guard !json.isEmpty else { return "could not parse the JSON body" }
    if model.isEmpty { return "property 'model' is missing" }
    if messages.isEmpty { return "'messages' : minimum number of items is 1" }
    let roles = ["system", "user", "assistant", "tool"]
    if !messages.allSatisfy({ roles.contains($0["role"] as? String ?? "") }) {
      return "'messages' : discriminator property 'role' has invalid value"
    }
    return toolComplaint ?? optionComplaint
  }

  private var toolComplaint: String? {
    let names = tools.compactMap { $0["name"] as? String }
    if tools.count > 128 || names.count != tools.count { return "'tools' : at most 128 named functions" }
    if let choice = json["tool_choice"] as? String {
      if !["none", "auto", "required"].contains(choice) { return "'tool_choice' : must be none, auto or required" }
      if choice == "required", names.isEmpty { return "tool_choice 'required' needs tools" }
    }
    if let forcedTool, !names.contains(forcedTool) { return "tool choice '\(forcedTool)' is not among the tools" }
    for tool in tools where tool["strict"] as? Bool == true {
      let parameters = tool["parameters"] as? [String: Any] ?? [:]
      let properties = (parameters["properties"] as? [String: Any] ?? [:]).keys
      let isClosed = parameters["additionalProperties"] as? Bool == false
      if !isClosed || Set(parameters["required"] as? [String] ?? []) != Set(properties) {
        return "invalid JSON schema for tool: all fields must be required and additionalProperties false"
      }
    }
    return nil
  }

  private var optionComplaint: String? {
    let json = json
    if let n = json["n"] as? Int, n != 1 { return "'n' : must be 1" }
    if let temperature = json["temperature"] as? Double, !(0...2).contains(temperature) {
      return "'temperature' : must be from 0 to 2"
    }
    if json["include_reasoning"] != nil, json["reasoning_format"] != nil {
      return "include_reasoning and reasoning_format exclude each other"
    }
    if let effort = json["reasoning_effort"] as? String {
      let allowed = model.contains("gpt-oss") ? ["low", "medium", "high"] : model.contains("qwen3") ? ["none", "default"] : []
      if !allowed.contains(effort) { return "'reasoning_effort' : must be one of \(allowed)" }
    }
    let known = Set(
      [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "temperature", "top_p", "seed",
        "stop", "n",
        "max_completion_tokens", "max_tokens", "reasoning_effort", "include_reasoning", "reasoning_format", "stream",
        "stream_options",
        "service_tier", "user", "frequency_penalty", "presence_penalty", "logprobs", "logit_bias",
      ])
    return json.keys.first { !known.contains($0) }.map { "property '\($0)' is unsupported" }
  }
}
