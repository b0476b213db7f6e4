import Foundation
import Support
import Testing

/// The stand-in before Groq's own client library: `GROQ_PYTHON` names a Python that has the package `groq`.
@Suite("The stand-in and Groq's library", .enabled(if: GroqLibrary.python != nil))
struct GroqLibraryTests {
  @Test("The library reads answers, streams and errors of the stand-in as Groq's")
  func libraryIsContent() async throws {
    let script: [GroqAnswer] = [
      .choice("wait"), .text("hello"), .choice("wait"), .toolUseFailed, .modelNotFound("m"), .rateLimited(retryAfter: "7"),
      .tooLarge,
      .unavailable,
    ]
    try await GroqStandIn.run(script) { groq in
      let output = try await GroqLibrary.run(GroqLibrary.program, arguments: [groq.baseURL, GroqStandIn.key])
      #expect(
        output == """
          tool_calls wait a 1280
          stop hello
          stream wait a tool_calls
          BadRequestError 400 tool_use_failed
          NotFoundError 404 model_not_found
          RateLimitError 429 7
          APIStatusError 413
          InternalServerError 503
          AuthenticationError 401 invalid_api_key

          """)
    }
  }
}

enum GroqLibrary {
  static let python = ProcessInfo.processInfo.environment["GROQ_PYTHON"]

  static let program = """
    import json, sys, groq
    def client(key): return groq.Groq(api_key=key, base_url=sys.argv[1].removesuffix("/openai/v1"), max_retries=0, timeout=20)
    c = client(sys.argv[2])
    tool = {"type": "function", "function": {"name": "wait", "parameters": {"type": "object", "properties": {"target": {"type": "string", "enum": ["a", "b"]}}}}}
    def ask(c=c, **more):
      return c.chat.completions.create(model="openai/gpt-oss-120b", messages=[{"role": "user", "content": "hi"}], **more)
    r = ask(tools=[tool], tool_choice="required")
    f = r.choices[0].message.tool_calls[0].function
    print(r.choices[0].finish_reason, f.name, json.loads(f.arguments)["target"], r.usage.total_tokens)
    r = ask()
    print(r.choices[0].finish_reason, r.choices[0].message.content)
    name, arguments, reason = "", "", ""
    for chunk in ask(tools=[tool], stream=True):
      for call in chunk.choices[0].delta.tool_calls or []:
        name = call.function.name or name
        arguments += call.function.arguments or ""
      reason = chunk.choices[0].finish_reason or reason
    print("stream", name, json.loads(arguments)["target"], reason)
    def failure(**more):
      try:
        ask(**more)
      except groq.APIStatusError as e:
        return e
    for detail in ["code", "code", "retry", None, None]:
      e = failure()
      extra = e.response.headers["retry-after"] if detail == "retry" else e.body["error"].get("code") if detail else ""
      print(f"{type(e).__name__} {e.status_code} {extra}".strip())
    e = failure(c=client("wrong"))
    print(type(e).__name__, e.status_code, e.body["error"]["code"])
    """

  static func run(_ program: String, arguments: [String]) async throws -> String {
    try await CommandLine(path: python ?? "").run(["-c", program] + arguments, seconds: 60).text
  }
}
