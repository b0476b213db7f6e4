import FoundationEssentials
public import HTTP
public import Logging
public import Pipeline
import Synchronization
import Wire

/// Asks a model at Groq, or at whatever else speaks its chat completions, to call the one tool that picks a candidate.
public final class GroqDecisionModel<Time: Clock>: DecisionModel where Time.Duration == Duration {
  let settings: GroqSettings
  private let client: HTTPClient
  let ledger: (any ModelLedger)?
  private let clock: Time
  let today: @Sendable () -> Int
  private let random: @Sendable () -> Double
  let logger: Logger
  private let memory = Mutex(Memory())

  /// What is learned while asking. It lasts as long as the process, like the facts that it is about.
  private struct Memory: Sendable {
    var status = ModelStatus()
    var lenient: Set<GroqModel> = []
    var pausedUntil: [GroqModel: Time.Instant] = [:]
    var breaker = CircuitBreaker<Time.Instant>()
  }

  /// Of an answer, in bytes; a choice with its reasoning has some kilobytes.
  private static var answerLimit: Int { 256 * 1024 }

  /// - Parameters:
  ///   - ledger: where budgets are counted; nil where there are none.
  ///   - today: days since 1970, UTC; nil is by the system's clock.
  ///   - random: from 0 up to 1; spreads the retries.
  public init(
    settings: GroqSettings, client: HTTPClient, ledger: (any ModelLedger)? = nil, clock: Time = ContinuousClock(),
    today: (@Sendable () -> Int)? = nil,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, logger: Logger = Logger(label: "groq")
  ) {
    self.settings = settings
    self.client = client
    self.ledger = ledger
    self.clock = clock
    self.today = today ?? { Int(SystemWallClock().now.milliseconds / 86_400_000) }
    self.random = random
    self.logger = logger
  }

  public var status: ModelStatus { memory.withLock { $0.status } }

  public func choose(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer {
    do throws(ModelError) {
      if let rest = memory.withLock({ $0.breaker.enter(at: clock.now) }) { throw .resting(seconds: rest.wholeSeconds) }
      let answer = try await ask(question)
      memory.withLock { memory in
        memory.breaker.succeeded()
        memory.status.health = .answering(model: answer.model)
      }
      return answer
    } catch {
      memory.withLock { memory in
        if error.isOfTheService { memory.breaker.failed(at: clock.now) }
        memory.status.health = .failing(error)
      }
      logger.warning("The model \(error)")
      throw error
    }
  }

  private func ask(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer {
    let end = clock.now.advanced(by: question.deadline)
    var prompt = Prompt(question)
    var plan = RetryPlan()
    while true {
      let model = try servedModel()
      try await waitForQuota(of: model, until: end)
      let failure: GroqFailure
      let booking = try await book(prompt, model, question.namespace)
      do throws(GroqFailure) {
        let choice = try await attempt(prompt, model, booking, until: end)
        return ModelAnswer(
          candidate: choice.id, confidence: choice.confidence, reasoning: choice.reasoning, model: model.name)
      } catch {
        failure = error
      }
      note(failure, of: model)
      switch plan.step(after: failure, random: random()) {
      case .again(let pause): try await wait(pause, until: end, orThrow: failure.modelError)
      case .againShortened: prompt = prompt.shortened()
      case .againWithoutStrict, .nextModel: break
      case .giveUp: throw failure.modelError
      }
    }
  }
}

// One request.
extension GroqDecisionModel {
  private func attempt(
    _ prompt: Prompt, _ model: GroqModel, _ booking: Booking?, until end: Time.Instant
  ) async throws(GroqFailure) -> ActionChoice {
    let left = clock.now.duration(to: end)
    guard left > .zero else { throw .timedOut }
    let strict = model.isGPTOSS && memory.withLock { !$0.lenient.contains(model) }
    let response: ClientResponse
    let body: [UInt8]
    do throws(HTTPError) {
      response = try await client.send(request(prompt, model, strict: strict, deadline: min(left, settings.attemptDeadline)))
      body = try await response.collect(upTo: Self.answerLimit)
    } catch {
      throw GroqFailure(error, hiding: settings.apiKey)
    }
    guard response.status == 200 else {
      // What is refused is not charged; what the model failed at is.
      if response.status != 400 { await settle(booking, used: ModelUsage(tokens: 0, microdollars: 0)) }
      throw GroqFailure(
        status: response.status, retryAfter: response.headers["retry-after"], body: body, strict: strict, hiding: settings.apiKey)
    }
    guard let completion = try? JSONDecoder().decode(ChatCompletion.self, from: Data(body)) else {
      throw .invalidAnswer("it is not a chat completion")
    }
    count(completion.usage)
    if let used = completion.usage?.charged(at: settings.price(of: model)) { await settle(booking, used: used) }
    let choice = try completion.choice(of: prompt.offer)
    memory.withLock { $0.status.calls[.answered, default: 0] += 1 }
    return choice
  }

  private func request(_ prompt: Prompt, _ model: GroqModel, strict: Bool, deadline: Duration) -> ClientRequest {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let body = try? encoder.encode(ChatRequest(model: model, prompt: prompt, strict: strict)) else {
      preconditionFailure("strings and finite numbers always encode")
    }
    var request = ClientRequest(.post, settings.baseURL + "/chat/completions")
    request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
    request.body = [UInt8](body)
    request.deadline = deadline
    request.credential = .bearer(settings.apiKey.reveal())
    return request
  }

  private func count(_ usage: ChatCompletion.Usage?) {
    guard let usage else { return }
    memory.withLock { memory in
      memory.status.promptTokens += usage.prompt
      memory.status.completionTokens += usage.completion
    }
  }
}

// What was learned, and waiting.
extension GroqDecisionModel {
  /// The first model of the list that is not known to be gone.
  private func servedModel() throws(ModelError) -> GroqModel {
    let gone = memory.withLock { $0.status.goneModels }
    guard let name = settings.models.first(where: { !gone.contains($0) }) else {
      throw .noModel(settings.models.isEmpty ? "no model is configured" : settings.models.joined(separator: ", "))
    }
    return GroqModel(name: name)
  }

  private func note(_ failure: GroqFailure, of model: GroqModel) {
    let now = clock.now
    memory.withLock { memory in
      memory.status.calls[.init(failure), default: 0] += 1
      switch failure {
      case .modelGone:
        if !memory.status.goneModels.contains(model.name) { memory.status.goneModels.append(model.name) }
      case .strictRefused: memory.lenient.insert(model)
      case .rateLimited(let pause?): memory.pausedUntil[model] = now.advanced(by: pause)
      default: break
      }
    }
    if case .modelGone(let message) = failure { logger.error("Model \(model.name) is gone: \(message)") }
  }

  /// Other questions of this process honour a `retry-after` too.
  private func waitForQuota(of model: GroqModel, until end: Time.Instant) async throws(ModelError) {
    guard let instant = memory.withLock({ $0.pausedUntil[model] }) else { return }
    let pause = clock.now.duration(to: instant)
    guard pause > .zero else { return }
    try await wait(pause, until: end, orThrow: .rateLimited(retryAfterSeconds: Int(pause.components.seconds)))
  }

  /// - Throws: the error at once when the pause would reach the end: the runbooks need not wait for nothing.
  private func wait(_ pause: Duration, until end: Time.Instant, orThrow error: ModelError) async throws(ModelError) {
    guard pause > .zero else { return }
    guard clock.now.advanced(by: pause) < end else { throw error }
    do {
      try await clock.sleep(for: pause)
    } catch {
      throw .unreachable("cancelled")
    }
  }
}
