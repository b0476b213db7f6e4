import Pipeline
import Testing
import Wire

/// What every `IncidentStore` owes its callers. Each check gets an empty store of its own.
struct IncidentStoreConformance: Sendable, CustomTestStringConvertible {
  let sentence: String
  let check: @Sendable (any IncidentStore) async throws -> Void

  init(_ sentence: String, _ check: @escaping @Sendable (any IncidentStore) async throws -> Void) {
    self.sentence = sentence
    self.check = check
  }

  var testDescription: String { sentence }

  static let all = intake + resolution + walk + results + intents + commands + history + signals + progress
}
