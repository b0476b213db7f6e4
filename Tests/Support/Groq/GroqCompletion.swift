/// A completion in both forms: as one object, and as a stream of chunks.
struct GroqCompletion {
  let model: String
  let content: String?
  let calls: [(name: String, arguments: String)]
  let finishReason: String

  private var identity: [String: Any] {
    ["id": "chatcmpl-standin", "created": 1_795_341_600, "model": model, "system_fingerprint": "fp_standin"]
  }

  private var usage: [String: Any] {
    [
      "prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280, "prompt_time": 0.01, "completion_time": 0.16,
      "queue_time": 0.002, "total_time": 0.17,
    ]
  }

  private func call(_ index: Int, _ arguments: String) -> [String: Any] {
    ["id": "call_\(index)", "type": "function", "function": ["name": calls[index].name, "arguments": arguments]]
  }

  var object: [String: Any] {
    var message: [String: Any] = ["role": "assistant"]
    if let content { message["content"] = content }
    if !calls.isEmpty { message["tool_calls"] = calls.indices.map { call($0, calls[$0].arguments) } }
    let choice: [String: Any] = ["index": 0, "finish_reason": finishReason, "message": message]
    return identity.merging([
      "object": "chat.completion", "choices": [choice], "usage": usage, "x_groq": ["id": "req_standin"],
      "service_tier": "on_demand",
    ]) { $1 }
  }

  /// Server-sent events; the arguments of calls come in two pieces.
  var events: String {
    var deltas: [[String: Any]] = [["role": "assistant", "content": content ?? ""]]
    for index in calls.indices {
      let arguments = calls[index].arguments
      let middle = arguments.index(arguments.startIndex, offsetBy: arguments.count / 2)
      var first = call(index, String(arguments[..<middle]))
      first["index"] = index
      deltas.append(["tool_calls": [first]])
      deltas.append(["tool_calls": [["index": index, "function": ["arguments": String(arguments[middle...])]]]])
    }
    var chunks = deltas.map { chunk(["index": 0, "delta": $0]) }
    let last = ["index": 0, "delta": [String: Any](), "finish_reason": finishReason] as [String: Any]
    chunks.append(chunk(last).merging(["x_groq": ["id": "req_standin", "usage": usage]]) { $1 })
    return chunks.map { "data: \(GroqAnswer.json($0))\n\n" }.joined() + "data: [DONE]\n\n"
  }

  private func chunk(_ choice: [String: Any]) -> [String: Any] {
    identity.merging(["object": "chat.completion.chunk", "choices": [choice]]) { $1 }
  }
}
