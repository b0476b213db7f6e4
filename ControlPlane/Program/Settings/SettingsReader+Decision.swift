import Clients
import HTTP
import Pipeline

/// What decisions may cost, and where the past is kept.
extension SettingsReader {
  func number(_ setting: Setting, _ range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let text = text(setting) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .invalid(setting, found: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// `openai/gpt-oss-120b=0.15/0.6,…`
  func prices() throws(SettingsError) -> [String: ModelPrice] {
    var prices: [String: ModelPrice] = [:]
    for entry in list(.modelPrices) ?? [] {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let amounts = (parts.last ?? "").split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
      guard parts.count == 2, !parts[0].isEmpty, amounts.count == 2, let prompt = amounts[0], let completion = amounts[1],
        (0...10_000).contains(prompt), (0...10_000).contains(completion)
      else { throw .invalid(.modelPrices, found: entry, expected: "MODEL=PROMPT/COMPLETION in US dollars for a million tokens") }
      prices[String(parts[0])] = ModelPrice(prompt: prompt, completion: completion)
    }
    return prices
  }

  func budget(for settings: GroqSettings) throws(SettingsError) -> ModelBudget {
    var budget = ModelBudget(dailyTokens: try number(.modelDailyTokens, 1...1_000_000_000))
    guard let limit = text(.modelDailyCost) else { return budget }
    guard let dollars = Double(limit), (0.000_001...1_000_000).contains(dollars) else {
      throw .invalid(.modelDailyCost, found: limit, expected: "US dollars, such as 0.50")
    }
    if let unpriced = settings.models.first(where: { settings.prices[$0] == nil }) {
      throw .invalid(
        .modelPrices, found: text(.modelPrices) ?? "", expected: "the price of \(unpriced), since MODEL_DAILY_COST is set")
    }
    budget.dailyMicrodollars = Int(dollars * 1_000_000)
    return budget
  }

  func qdrant() throws(SettingsError) -> QdrantSettings? {
    guard let url = text(.qdrantURL) else {
      if text(.qdrantAPIKey) != nil { throw .missingPartner(.qdrantURL, of: .qdrantAPIKey) }
      return nil
    }
    let key = text(.qdrantAPIKey)
    guard Self.isAddress(url), key == nil || Self.isSafe(url) else {
      throw .invalid(.qdrantURL, found: url, expected: "an http or https address, with a key https (http only on this machine)")
    }
    return QdrantSettings(url: url, apiKey: key.map { Secret($0) })
  }

  /// User information would be shown by `/config`, and a query has no place in it.
  private static func isAddress(_ url: String) -> Bool {
    guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else { return false }
    let rest = url.dropFirst(scheme.count)
    return !rest.isEmpty && !rest.hasPrefix("/") && rest.utf8.count <= 1024
      && !rest.contains { "@?# ".contains($0) || $0.isNewline }
  }

  /// `payments=pay-api+pay-db,shop=shop+cart`
  func namespaceGroups() throws(SettingsError) -> NamespaceGroups {
    var groups: [String: [String]] = [:]
    var seen: Set<Substring> = []
    for entry in list(.namespaceGroups) ?? [] {
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
      let namespaces = (parts.last ?? "").split(separator: "+", omittingEmptySubsequences: false)
      let isNew = namespaces.allSatisfy { !$0.isEmpty && seen.insert($0).inserted }
      guard parts.count == 2, !parts[0].isEmpty, isNew, groups[String(parts[0])] == nil else {
        throw .invalid(.namespaceGroups, found: entry, expected: "TEAM=NAMESPACE+NAMESPACE, each namespace in one group")
      }
      groups[String(parts[0])] = namespaces.map(String.init)
    }
    return NamespaceGroups(groups)
  }
}
