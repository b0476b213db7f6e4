import Logging
import Pipeline

/// What was booked for one request.
struct Booking: Sendable {
  let usage: ModelUsage
  let namespace: String
  let day: Int
}

extension GroqDecisionModel {
  /// Books what the request may use at most, so that decisions at the same time do not exceed a budget together.
  /// - Returns: nil where there is no budget.
  func book(_ prompt: Prompt, _ model: GroqModel, _ namespace: String) async throws(ModelError) -> Booking? {
    guard let ledger, !settings.budget.isUnlimited else { return nil }
    let usage = settings.price(of: model).usage(prompt: prompt.mostTokens, completion: ChatRequest.completionTokens)
    let booking = Booking(usage: usage, namespace: namespace, day: today())
    let isWithin: Bool
    do throws(StoreError) {
      isWithin = try await ledger.book(usage, of: namespace, on: booking.day, within: settings.budget)
    } catch {
      throw .unreachable("its budget cannot be read: \(error)")
    }
    guard isWithin else { throw .overBudget("today's budget of namespace \(namespace)") }
    return booking
  }

  /// When it cannot be put right, the greater amount stands.
  func settle(_ booking: Booking?, used: ModelUsage) async {
    guard let booking, let ledger else { return }
    do throws(StoreError) {
      try await ledger.correct(used - booking.usage, of: booking.namespace, on: booking.day)
    } catch {
      logger.warning("The model's use by \(booking.namespace) cannot be put right: \(error)")
    }
  }
}

extension Prompt {
  /// A token of Groq's models has at least two bytes of such text on average; the tools count too.
  var mostTokens: Int { (instructions.utf8.count + question.utf8.count) / 2 + 400 }
}

extension ModelError {
  /// Whether it says that the service is in trouble, and not that one question or the configuration is.
  var isOfTheService: Bool {
    switch self {
    case .unreachable, .timedOut, .rateLimited: true
    case .unauthorized, .noModel, .invalidAnswer, .rejected, .overBudget, .resting: false
    }
  }
}

extension Duration {
  /// Rounded up.
  var wholeSeconds: Int { Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0) }
}
