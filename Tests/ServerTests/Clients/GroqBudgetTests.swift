import Clients
import Foundation
import HTTP
import Pipeline
import Store
import Support
import Testing

@Suite("What a namespace may use of the model in a day")
struct GroqBudgetTests {
  private static let price = ModelPrice(prompt: 1, completion: 10)
  /// What the stand-in says of each answer: 1200 and 80 tokens.
  private static let answer = ModelUsage(tokens: 1280, microdollars: 2000)

  private func withModel(
    _ budget: ModelBudget, _ script: [GroqAnswer] = [], day: Int = 20_000,
    _ body: @Sendable (GroqDecisionModel<StepClock>, GroqStandIn, SQLiteIncidentStore) async throws -> Void
  ) async throws {
    let directory = try WorkingDirectory(prefix: "budget")
    defer { directory.remove() }
    let store = try SQLiteIncidentStore(path: directory.path("incidents.db"))
    try await GroqStandIn.run(script, otherwise: .choice("wait")) { groq in
      let settings = GroqSettings(
        apiKey: Secret(GroqStandIn.key), baseURL: groq.baseURL, models: ["m"], budget: budget, prices: ["m": Self.price])
      let model = GroqDecisionModel(
        settings: settings, client: HTTPClient(), ledger: store, clock: StepClock(), today: { day }, random: { 0 })
      try await body(model, groq, store)
    }
    try await store.close()
  }

  private static func question(_ namespace: String) -> ModelQuestion {
    var question = ModelQuestions.checkout()
    question.namespace = namespace
    return question
  }

  private static func error(_ model: some DecisionModel, _ namespace: String) async -> ModelError? {
    do throws(ModelError) {
      _ = try await model.choose(question(namespace))
      return nil
    } catch {
      return error
    }
  }

  /// What is left of a budget, by booking the rest of it.
  private static func isUsed(_ usage: ModelUsage, of namespace: String, on day: Int, _ store: SQLiteIncidentStore) async throws
    -> Bool
  {
    let one = ModelUsage(tokens: 0, microdollars: 0)
    let fits = ModelBudget(dailyTokens: usage.tokens, dailyMicrodollars: usage.microdollars)
    let tokensShort = ModelBudget(dailyTokens: usage.tokens - 1)
    let moneyShort = ModelBudget(dailyMicrodollars: usage.microdollars - 1)
    guard try await store.book(one, of: namespace, on: day, within: fits) else { return false }
    let isLess = try await store.book(one, of: namespace, on: day, within: tokensShort)
    let isCheaper = try await store.book(one, of: namespace, on: day, within: moneyShort)
    return !isLess && !isCheaper
  }

  @Test("Answers are counted as the service reports them, in tokens and in money")
  func counting() async throws {
    try await withModel(ModelBudget(dailyTokens: 1_000_000, dailyMicrodollars: 1_000_000)) { model, _, store in
      #expect(await Self.error(model, "shop") == nil)
      let once = try await Self.isUsed(Self.answer, of: "shop", on: 20_000, store)
      #expect(await Self.error(model, "shop") == nil)
      let twice = try await Self.isUsed(ModelUsage(tokens: 2560, microdollars: 4000), of: "shop", on: 20_000, store)
      #expect(once && twice)
    }
  }

  @Test("Who has used it up is not asked for again, and others are", arguments: [true, false])
  func exhaustion(byTokens: Bool) async throws {
    let budget = byTokens ? ModelBudget(dailyTokens: 5000) : ModelBudget(dailyMicrodollars: 24_000)
    try await withModel(budget) { model, groq, _ in
      var answered = 0
      while answered < 20, await Self.error(model, "shop") == nil { answered += 1 }
      #expect((1...10).contains(answered))
      #expect(await Self.error(model, "shop") == .overBudget("today's budget of namespace shop"))
      #expect(groq.requests.count == answered)
      #expect(await Self.error(model, "bank") == nil)
    }
  }

  @Test("Decisions at the same time do not exceed it together")
  func together() async throws {
    try await withModel(ModelBudget(dailyTokens: 10_000)) { model, groq, _ in
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = await Self.error(model, "shop") } }
      }
      #expect(groq.requests.count <= 10_000 / 1280)
    }
  }

  @Test("What was refused costs nothing; what got no answer counts in full")
  func failures() async throws {
    let budget = ModelBudget(dailyTokens: 100_000, dailyMicrodollars: 1_000_000)
    try await withModel(budget, [.rateLimited(retryAfter: "100")]) { model, _, store in
      _ = await Self.error(model, "shop")
      let isFree = try await Self.isUsed(ModelUsage(tokens: 0, microdollars: 0), of: "shop", on: 20_000, store)
      #expect(isFree)
    }
    try await withModel(budget, [GroqAnswer](repeating: .cutBeforeHead, count: 6)) { model, _, store in
      _ = await Self.error(model, "shop")
      let nothing = ModelUsage(tokens: 0, microdollars: 0)
      let isLess = try await store.book(nothing, of: "shop", on: 20_000, within: ModelBudget(dailyTokens: 6 * 2048))
      #expect(!isLess)
    }
  }

  @Test("A new day has a budget of its own, and a restart forgets none")
  func days() async throws {
    try await withModel(ModelBudget(dailyTokens: 5000)) { _, _, store in
      let usage = ModelUsage(tokens: 3000, microdollars: 0)
      let budget = ModelBudget(dailyTokens: 5000)
      #expect(try await store.book(usage, of: "shop", on: 1, within: budget))
      #expect(try await !store.book(usage, of: "shop", on: 1, within: budget))
      #expect(try await store.book(usage, of: "shop", on: 2, within: budget))
      try await store.correct(ModelUsage(tokens: -1500, microdollars: 0), of: "shop", on: 1)
      #expect(try await store.book(usage, of: "shop", on: 1, within: budget))
    }
  }
}
