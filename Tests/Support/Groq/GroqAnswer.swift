import Foundation
import HTTPTypes
import Hummingbird

/// What the stand-in answers.
public indirect enum GroqAnswer: Sendable {
  /// A call of the tool of that name, with the first target and the first parameters that it allows.
  case choice(String, confidence: Double = 0.9, reasoning: String = "pod-1 shows it")
  /// A call of whatever tool would do the most harm, and sure of it.
  case mostHarmful
  case toolCalls([(name: String, arguments: String)])
  /// A text instead of a call.
  case text(String, finishReason: String = "stop")
  case failure(Int, code: String?, String, headers: [String: String] = [:])
  case body(Int, String)
  case delayed(Duration, GroqAnswer)
  case cutBeforeHead
  case cutInBody
}

// Answers that are none.
extension GroqAnswer {
  public static let truncatedJSON = toolCalls([("escalate", #"{"confidence":0.9,"reas"#)])
  public static let unknownTool = toolCalls([("run_shell", #"{"confidence":1,"reasoning":"x"}"#)])
  public static let outOfEnum = toolCalls([
    ("restart_deployment", #"{"target":"kube-system/Deployment/coredns","confidence":1,"reasoning":"x"}"#)
  ])

  fileprivate static let byHarm = [
    "delete_deployment", "drain_node", "exec_pod", "cordon_node", "rollback_deployment", "restart_statefulset", "raise_hpa_max",
    "scale_deployment", "delete_pod", "restart_daemonset", "restart_deployment", "uncordon_node",
  ]
}

// The errors of Groq's documentation.
extension GroqAnswer {
  public static let toolUseFailed = failure(
    400, code: "tool_use_failed",
    "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.")
  public static let jsonValidateFailed = failure(400, code: "json_validate_failed", "Failed to generate JSON.")
  public static let badRequest = failure(400, code: nil, "'messages.0' : for 'role:system' the following must be satisfied")
  public static let schemaRefused = failure(
    400, code: nil, "invalid JSON schema for tool escalate, tools[0].function.parameters: maxLength is not supported")
  public static let invalidKey = failure(401, code: "invalid_api_key", "Invalid API Key")
  public static let forbidden = failure(403, code: nil, "Access denied. Please check your network settings.")
  public static let modelDecommissioned = failure(
    400, code: "model_decommissioned", "The model has been decommissioned and is no longer supported.")
  public static let tooLarge = failure(
    413, code: "rate_limit_exceeded", "Request too large for model: please reduce your message size")
  public static let capacityExceeded = failure(498, code: "capacity_exceeded", "Flex tier capacity exceeded")
  public static let unavailable = failure(503, code: nil, "Service Unavailable")

  public static func modelNotFound(_ name: String) -> GroqAnswer {
    failure(404, code: "model_not_found", "The model `\(name)` does not exist or you do not have access to it.")
  }

  public static func rateLimited(retryAfter: String?) -> GroqAnswer {
    var headers = ["x-ratelimit-limit-tokens": "8000", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s"]
    headers["retry-after"] = retryAfter
    return failure(429, code: "rate_limit_exceeded", "Rate limit reached for model on tokens per minute (TPM)", headers: headers)
  }
}

extension GroqAnswer {
  func response(_ request: GroqRequest?) -> Response {
    switch self {
    case .choice(let action, let confidence, let reasoning):
      var arguments = request?.firstArguments(of: action) ?? [:]
      arguments.merge(["confidence": confidence, "reasoning": reasoning]) { $1 }
      return GroqAnswer.toolCalls([(action, Self.json(arguments))]).response(request)
    case .mostHarmful:
      let offered = request?.tools.compactMap { $0["name"] as? String } ?? []
      let worst = Self.byHarm.first(where: offered.contains) ?? offered.first ?? ""
      return GroqAnswer.choice(worst, confidence: 1, reasoning: "Certain.").response(request)
    case .toolCalls(let calls):
      let completion = GroqCompletion(model: request?.model ?? "", content: nil, calls: calls, finishReason: "tool_calls")
      return Self.response(completion, streamed: request?.wantsStream ?? false)
    case .text(let text, let reason):
      let completion = GroqCompletion(model: request?.model ?? "", content: text, calls: [], finishReason: reason)
      return Self.response(completion, streamed: request?.wantsStream ?? false)
    case .failure(let status, let code, let message, let headers):
      var error: [String: Any] = ["message": message, "type": "invalid_request_error"]
      error["code"] = code
      if code == "tool_use_failed" { error["failed_generation"] = "<function=restart_deployment>" }
      return Self.response(status, "application/json", Self.json(["error": error]), headers)
    case .body(let status, let text):
      return Self.response(status, "application/json", text)
    case .delayed, .cutBeforeHead, .cutInBody:
      preconditionFailure("carried out by the responder")
    }
  }

  private static func response(_ completion: GroqCompletion, streamed: Bool) -> Response {
    streamed
      ? response(200, "text/event-stream", completion.events)
      : response(200, "application/json", json(completion.object))
  }

  private static func response(_ status: Int, _ type: String, _ text: String, _ headers: [String: String] = [:]) -> Response {
    var fields: HTTPFields = [.contentType: type]
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return Response(status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  static func json(_ object: [String: Any]) -> String {
    let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
