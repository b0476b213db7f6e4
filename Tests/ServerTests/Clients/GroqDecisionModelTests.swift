import Clients
import Foundation
import HTTP
import Pipeline
import Support
import Testing

@Suite("The model at Groq")
struct GroqDecisionModelTests {
  @Test("It calls one of the tools, whose every argument is bounded, and that is its choice")
  func choosesByTool() async throws {
    try await GroqStandIn.run([.choice("rollback_deployment", confidence: 0.93, reasoning: "revision-1 removed DB_URL")]) {
      groq in
      let model = Self.model(groq)
      let answer = try await model.choose(ModelQuestions.checkout())
      #expect(
        answer
          == ModelAnswer(
            candidate: "rollback_deployment", confidence: 0.93, reasoning: "revision-1 removed DB_URL",
            model: "openai/gpt-oss-120b"))
      let request = try #require(groq.requests.first)
      #expect(
        request.tools.map { $0["name"] as? String } == ["escalate", "restart_deployment", "rollback_deployment", "wait"])
      let arguments = request.arguments(of: "rollback_deployment")
      #expect(arguments["target"]?["enum"] as? [String] == ["shop/Deployment/checkout"])
      #expect(arguments["parameters"]?["enum"] as? [String] == ["revision=7"])
      #expect(arguments["confidence"]?["minimum"] as? Int == 0)
      #expect(arguments["confidence"]?["maximum"] as? Int == 1)
      #expect(arguments["reasoning"]?["maxLength"] as? Int == 600)
      #expect(Set(request.arguments(of: "escalate").keys) == ["confidence", "reasoning"])
      #expect(request.isStrict)
      #expect(request.json["tool_choice"] as? String == "required")
      #expect(request.json["seed"] as? Int == 1)
      #expect(request.json["temperature"] as? Double == 0)
      #expect(request.json["reasoning_effort"] as? String == "low")
      #expect(request.json["max_completion_tokens"] as? Int == 2048)
      #expect(model.status.health == .answering(model: "openai/gpt-oss-120b"))
      #expect(model.status.calls == [.answered: 1])
      #expect(model.status.promptTokens == 1200)
      #expect(model.status.completionTokens == 80)
    }
  }

  @Test("Only gpt-oss gets an effort and constrained decoding")
  func otherModelsGetNoEffort() async throws {
    try await GroqStandIn.run { groq in
      _ = try await Self.model(groq, models: ["qwen/qwen3.6-27b"]).choose(ModelQuestions.checkout())
      #expect(groq.requests.first?.json["reasoning_effort"] == nil)
      #expect(groq.requests.first?.isStrict == false)
    }
  }

  @Test("Neither scores nor the runbooks' order reach the model")
  func runbooksStaySilent() async throws {
    try await GroqStandIn.run { groq in
      _ = try await Self.model(groq).choose(ModelQuestions.checkout())
      let prompt = try #require(groq.requests.first?.prompt)
      #expect(prompt.contains("- rollback_deployment shop/Deployment/checkout revision=7 | Revision 8 removed DB_URL."))
      #expect(!prompt.contains("0.9"))
    }
  }

  @Test("The prompt stays within five kilobytes, and keeps both ends of the situation")
  func promptIsBounded() async throws {
    let situation = "ALERT: A\n" + String(repeating: "a line of evidence é\n", count: 2000) + "RUNBOOK FINDINGS:\n- last\n"
    try await GroqStandIn.run { groq in
      _ = try await Self.model(groq).choose(ModelQuestions.checkout(situation: situation))
      let prompt = try #require(groq.requests.first?.messages.last?["content"] as? String)
      #expect((4000...5 * 1024).contains(prompt.utf8.count))
      #expect(prompt.hasPrefix("ALERT: A\n") && prompt.contains("- last\n"))
    }
  }

  @Test(
    "A choice that is given as text counts when it is valid",
    arguments: [
      #"{"action":"wait","confidence":0.5,"reasoning":"event-1"}"#,
      "```json\n{\"action\":\"wait\",\"confidence\":0.5,\"reasoning\":\"event-1\"}\n```",
    ])
  func textCounts(_ text: String) async throws {
    try await GroqStandIn.run([.text(text)]) { groq in
      let answer = try await Self.model(groq).choose(ModelQuestions.checkout())
      #expect(answer.candidate == "wait")
      #expect(groq.requests.count == 1)
    }
  }

  static let invalid: [GroqAnswer] = [
    .toolUseFailed, .jsonValidateFailed, .truncatedJSON, .unknownTool, .outOfEnum, .choice("delete_everything"),
    .choice("rollback_deployment", confidence: 1.5), .choice("rollback_deployment", reasoning: " \n "),
    .toolCalls([("wait", "{")]), .toolCalls([("wait", #"{"confidence":0.5,"reasoning":"x","target":"other"}"#)]),
    .toolCalls([("wait", #"{"confidence":0.5,"reasoning":"x","force":true}"#)]),
    .toolCalls([("wait", #"{"action":"restart_deployment","confidence":0.5,"reasoning":"x"}"#)]),
    .toolCalls([("wait", #"{"confidence":"0.5","reasoning":"x"}"#)]),
    .toolCalls([("rollback_deployment", #"{"confidence":0.5,"reasoning":"x"}"#)]),
    .toolCalls([
      (
        "rollback_deployment",
        #"{"target":"shop/Deployment/checkout","parameters":"revision=6","confidence":0.5,"reasoning":"x"}"#
      )
    ]),
    .toolCalls([("wait", "{}"), ("escalate", "{}")]), .text("I would restart it."),
    .text(#"{"action":"delete_everything","confidence":0.5,"reasoning":"x"}"#),
    .text(#"{"action":"rollback_deployment","confidence":0.5,"reasoning":"x"}"#), .text("", finishReason: "length"),
    .body(200, "not JSON"), .body(200, #"{"choices":[]}"#),
  ]

  @Test("What is no valid choice is asked for once more", arguments: invalid)
  func invalidAnswersAreAskedAgain(_ answer: GroqAnswer) async throws {
    try await GroqStandIn.run([answer, .choice("wait")]) { groq in
      let answer = try await Self.model(groq).choose(ModelQuestions.checkout())
      #expect(answer.candidate == "wait")
      #expect(groq.requests.count == 2)
    }
    try await GroqStandIn.run(otherwise: answer) { groq in
      let error = await Self.failure(of: Self.model(groq))
      guard case .invalidAnswer = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(groq.requests.count == 2)
    }
  }

  @Test("A long reasoning is cut and is one line")
  func reasoningIsBounded() async throws {
    try await GroqStandIn.run([.choice("wait", reasoning: String(repeating: "word\n", count: 400))]) { groq in
      let reasoning = try await Self.model(groq).choose(ModelQuestions.checkout()).reasoning
      #expect(reasoning.count == 600 && !reasoning.contains("\n"))
    }
  }

  @Test("A model that is gone is left out from then on")
  func goneModelsAreRemembered() async throws {
    for gone in [GroqAnswer.modelNotFound("a"), .modelDecommissioned] {
      try await GroqStandIn.run([gone, .choice("wait"), .choice("wait")]) { groq in
        let model = Self.model(groq, models: ["a", "b"])
        let answers = [try await model.choose(ModelQuestions.checkout()), try await model.choose(ModelQuestions.checkout())]
        #expect(answers.map(\.model) == ["b", "b"])
        #expect(groq.requests.map(\.model) == ["a", "b", "b"])
        #expect(model.status.goneModels == ["a"])
      }
    }
    try await GroqStandIn.run(otherwise: .modelNotFound("x")) { groq in
      let model = Self.model(groq, models: ["a", "b"])
      #expect(await Self.failure(of: model) == .noModel("a, b"))
      #expect(await Self.failure(of: model) == .noModel("a, b"))
      #expect(groq.requests.count == 2)
    }
  }

  @Test("A refused key, or a wrong request, is not repeated")
  func refusalsAreFinal() async throws {
    for (answer, expected) in [
      (GroqAnswer.invalidKey, ModelError.unauthorized("Invalid API Key")),
      (.forbidden, .unauthorized("Access denied. Please check your network settings.")),
      (.badRequest, .rejected(status: 400, message: "'messages.0' : for 'role:system' the following must be satisfied")),
      (.failure(422, code: nil, "no"), .rejected(status: 422, message: "no")),
    ] {
      try await GroqStandIn.run(otherwise: answer) { groq in
        let model = Self.model(groq)
        #expect(await Self.failure(of: model) == expected)
        #expect(groq.requests.count == 1)
        #expect(model.status.health == .failing(expected))
      }
    }
  }

  @Test("Where constrained decoding is refused, the tool is offered without, from then on")
  func strictIsGivenUp() async throws {
    try await GroqStandIn.run([.schemaRefused], otherwise: .choice("wait")) { groq in
      let model = Self.model(groq)
      _ = try await model.choose(ModelQuestions.checkout())
      _ = try await model.choose(ModelQuestions.checkout())
      #expect(groq.requests.map(\.isStrict) == [true, false, false])
    }
  }

  @Test("What is too large is shortened once")
  func tooLargeIsShortened() async throws {
    let question = ModelQuestions.checkout(situation: String(repeating: "a line of evidence\n", count: 200))
    try await GroqStandIn.run([.tooLarge, .choice("wait")]) { groq in
      _ = try await Self.model(groq).choose(question)
      let sizes = groq.requests.map(\.prompt.utf8.count)
      #expect(sizes[1] < sizes[0] * 2 / 3)
    }
    try await GroqStandIn.run(otherwise: .tooLarge) { groq in
      _ = await Self.failure(of: Self.model(groq), question)
      #expect(groq.requests.count == 2)
    }
  }

  @Test("A rate limit's pause is kept, also by the next question, and ends a question that it outlasts")
  func rateLimitsAreKept() async throws {
    try await GroqStandIn.run([.rateLimited(retryAfter: "7"), .choice("wait")]) { groq in
      let clock = StepClock()
      _ = try await Self.model(groq, clock: clock).choose(ModelQuestions.checkout())
      #expect(clock.elapsed >= .seconds(7) && clock.elapsed < .seconds(8))
    }
    try await GroqStandIn.run([.capacityExceeded, .choice("wait")]) { groq in
      _ = try await Self.model(groq).choose(ModelQuestions.checkout())
    }
    try await GroqStandIn.run([.rateLimited(retryAfter: "30")], otherwise: .choice("wait")) { groq in
      let clock = StepClock()
      let model = Self.model(groq, clock: clock)
      #expect(await Self.failure(of: model) == .rateLimited(retryAfterSeconds: 30))
      #expect(await Self.failure(of: model) == .rateLimited(retryAfterSeconds: 30))
      #expect(clock.elapsed == .zero)
      #expect(groq.requests.count == 1)
      _ = try await model.choose(ModelQuestions.checkout(deadline: .seconds(40)))
    }
  }

  static let passing: [GroqAnswer] = [
    .unavailable, .failure(500, code: nil, "x"), .failure(502, code: nil, "x"), .failure(408, code: nil, "x"),
    .failure(409, code: nil, "x"), .cutBeforeHead, .cutInBody,
  ]

  @Test("A trouble that may pass is tried again after a growing, jittered pause", arguments: passing)
  func troublesAreTriedAgain(_ trouble: GroqAnswer) async throws {
    try await GroqStandIn.run([trouble, trouble, .choice("wait")]) { groq in
      let clock = StepClock()
      _ = try await Self.model(groq, clock: clock, random: 0.5).choose(ModelQuestions.checkout())
      #expect(groq.requests.count == 3)
      #expect(clock.elapsed == .milliseconds(125 + 250))
    }
  }

  @Test("A trouble that stays ends with the tries or the deadline, whichever is first")
  func retriesEnd() async throws {
    try await GroqStandIn.run(otherwise: .unavailable) { groq in
      #expect(await Self.failure(of: Self.model(groq, random: 0)) == .unreachable("status 503: Service Unavailable"))
      #expect(groq.requests.count == 6)
    }
    try await GroqStandIn.run(otherwise: .unavailable) { groq in
      let clock = StepClock()
      _ = await Self.failure(of: Self.model(groq, clock: clock, random: 1), ModelQuestions.checkout(deadline: .seconds(1)))
      #expect(groq.requests.count == 3)
      #expect(clock.elapsed < .seconds(1))
    }
  }

  @Test("A server that hangs is left at the deadline")
  func hangingServersAreLeft() async throws {
    try await GroqStandIn.run(otherwise: .delayed(.seconds(60), .choice("wait"))) { groq in
      let start = ContinuousClock.now
      let settings = GroqSettings(apiKey: Secret(GroqStandIn.key), baseURL: groq.baseURL)
      let model = GroqDecisionModel(settings: settings, client: HTTPClient())
      #expect(await Self.failure(of: model, ModelQuestions.checkout(deadline: .milliseconds(200))) == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
      #expect(model.status.calls[.timedOut, default: 0] >= 1)
    }
  }

  @Test("Nobody there is said to be unreachable")
  func absentServersAreReported() async throws {
    let settings = GroqSettings(apiKey: Secret("k"), baseURL: "http://127.0.0.1:1")
    let model = GroqDecisionModel(settings: settings, client: HTTPClient(), clock: StepClock(), random: { 0 })
    guard case .unreachable = await Self.failure(of: model) else {
      Issue.record("\(model.status.health)")
      return
    }
  }

  @Test("The key is in the header alone: in no error, status or description")
  func keyStaysHidden() async throws {
    let echo = GroqAnswer.failure(400, code: nil, "bad header Authorization: Bearer \(GroqStandIn.key)")
    try await GroqStandIn.run(otherwise: echo) { groq in
      let model = Self.model(groq)
      let error = await Self.failure(of: model)
      #expect(error == .rejected(status: 400, message: "bad header Authorization: Bearer (redacted)"))
      var dumped = ""
      dump(model, to: &dumped)
      #expect(!dumped.contains(GroqStandIn.key) && !"\(model) \(model.status)".contains(GroqStandIn.key))
      #expect(groq.requests.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains(GroqStandIn.key) })
    }
  }

  @Test("What would do the most harm is a choice as any other, when it was offered")
  func harm() async throws {
    try await GroqStandIn.run([.mostHarmful]) { groq in
      let answer = try await Self.model(groq).choose(ModelQuestions.checkout())
      #expect(answer.candidate == "rollback_deployment" && answer.confidence == 1)
    }
  }

  @Test("A service that fails five questions in a row is left alone, and tried again by one")
  func breaker() async throws {
    try await GroqStandIn.run([GroqAnswer](repeating: .unavailable, count: 30), otherwise: .choice("wait")) { groq in
      let clock = StepClock()
      let model = Self.model(groq, clock: clock, random: 0)
      for _ in 0..<5 { _ = await Self.failure(of: model) }
      #expect(groq.requests.count == 30)
      #expect(await Self.failure(of: model) == .resting(seconds: 15))
      #expect(groq.requests.count == 30)
      try await clock.sleep(for: .seconds(15))
      #expect(try await model.choose(ModelQuestions.checkout()).candidate == "wait")
      #expect(try await model.choose(ModelQuestions.checkout()).candidate == "wait")
    }
  }

  @Test("Wrong answers do not rest the service: it works")
  func wrongAnswersDoNotRest() async throws {
    try await GroqStandIn.run(otherwise: .text("I would restart it.")) { groq in
      let model = Self.model(groq)
      for _ in 0..<6 { _ = await Self.failure(of: model) }
      #expect(groq.requests.count == 12)
    }
  }

  private static func model(
    _ groq: GroqStandIn, models: [String] = GroqSettings.defaultModels, clock: StepClock = StepClock(), random: Double = 0.5
  ) -> GroqDecisionModel<StepClock> {
    GroqDecisionModel(
      settings: GroqSettings(apiKey: Secret(GroqStandIn.key), baseURL: groq.baseURL + "/", models: models), client: HTTPClient(),
      clock: clock, random: { random })
  }

  private static func failure(
    of model: some DecisionModel, _ question: ModelQuestion = ModelQuestions.checkout()
  ) async -> ModelError? {
    do throws(ModelError) {
      _ = try await model.choose(question)
      return nil
    } catch {
      return error
    }
  }
}
