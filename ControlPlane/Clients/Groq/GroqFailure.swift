import FoundationEssentials
import HTTP
import Pipeline

/// Why one request gave no choice, sorted by what is to be done about it. The texts are one line and without the key.
enum GroqFailure: Error, Equatable {
  /// An answer, but no valid choice; also the server's own `tool_use_failed` and `json_validate_failed`.
  case invalidAnswer(String)
  /// The request itself is wrong; it will be wrong again.
  case wrongRequest(status: Int, message: String)
  /// Constrained decoding is not to be had for this tool.
  case strictRefused
  case unauthorized(String)
  case modelGone(String)
  case tooLarge(String)
  case rateLimited(retryAfter: Duration?)
  case unavailable(status: Int, message: String)
  case unreachable(String, isTransient: Bool)
  case timedOut

  /// - Parameter strict: whether the request asked for constrained decoding.
  init(status: Int, retryAfter: String?, body: [UInt8], strict: Bool, hiding key: Secret) {
    let detail = (try? JSONDecoder().decode(ChatError.self, from: Data(body)))?.error
    let message = Self.clean(detail?.message ?? "no error message", hiding: key)
    switch (status, detail?.code) {
    case (400, "tool_use_failed"), (400, "json_validate_failed"): self = .invalidAnswer(message)
    case (400, "model_decommissioned"), (404, "model_not_found"), (404, "model_decommissioned"): self = .modelGone(message)
    case (400, _) where strict && Self.isAboutSchema(message): self = .strictRefused
    case (401, _), (403, _): self = .unauthorized(message)
    case (413, _): self = .tooLarge(message)
    case (429, _), (498, _): self = .rateLimited(retryAfter: retryAfter.flatMap(Self.seconds))
    case (408, _), (409, _), (500..., _): self = .unavailable(status: status, message: message)
    default: self = .wrongRequest(status: status, message: message)
    }
  }

  init(_ error: HTTPError, hiding key: Secret) {
    switch error {
    case .timedOut: self = .timedOut
    case .bodyTooLarge, .headTooLarge: self = .invalidAnswer(error.description)
    default: self = .unreachable(Self.clean(error.description, hiding: key), isTransient: error.isTransient)
    }
  }

  /// What the decision is told when nothing more can be done.
  var modelError: ModelError {
    switch self {
    case .invalidAnswer(let reason): .invalidAnswer(reason)
    case .wrongRequest(let status, let message): .rejected(status: status, message: message)
    case .strictRefused: .rejected(status: 400, message: "the tool's schema was refused")
    case .unauthorized(let message): .unauthorized(message)
    case .modelGone(let message): .noModel(message)
    case .tooLarge(let message): .rejected(status: 413, message: message)
    case .rateLimited(let pause): .rateLimited(retryAfterSeconds: pause.map { Int($0.components.seconds) })
    case .unavailable(let status, let message): .unreachable("status \(status): \(message)")
    case .unreachable(let reason, _): .unreachable(reason)
    case .timedOut: .timedOut
    }
  }

  /// Groq's refusals of keywords in a strict schema read `invalid schema …: minItems is not supported`.
  private static func isAboutSchema(_ message: String) -> Bool {
    let text = message.lowercased()
    return text.contains("schema") || text.contains("strict")
  }

  /// `retry-after` in seconds, with or without a fraction, rounded up; at most a day.
  private static func seconds(_ text: String) -> Duration? {
    guard let value = Double(text), value >= 0, value <= 86_400 else { return nil }
    return .seconds(Int(value.rounded(.up)))
  }

  private static func clean(_ message: String, hiding key: Secret) -> String {
    let secret = key.reveal()
    let hidden =
      secret.isEmpty
      ? message : message.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "(redacted)")
    return OneLine.of(hidden, limit: 200)
  }
}
