import ArgumentParser
import Clients
import Foundation
import HTTP
import Pipeline
import Replay

/// `--model`.
enum ModelChoice: ExpressibleByArgument {
  case stub(StubModel)
  case groq

  static let names = (StubModel.allCases.map { "stub:\($0.rawValue)" } + ["groq"]).joined(separator: ", ")

  init?(argument: String) {
    if argument == "groq" {
      self = .groq
    } else {
      guard argument.hasPrefix("stub:"), let stub = StubModel(rawValue: String(argument.dropFirst(5))) else { return nil }
      self = .stub(stub)
    }
  }

  /// Groq's key and address come from the environment, as the control plane's do.
  func make() throws -> any DecisionModel {
    switch self {
    case .stub(let stub): return stub
    case .groq:
      let environment = ProcessInfo.processInfo.environment
      guard let key = environment["GROQ_API_KEY"], !key.isEmpty else {
        throw ValidationError("--model groq needs GROQ_API_KEY")
      }
      let models = environment["GROQ_MODEL"]?.split(separator: ",").map(String.init) ?? []
      return GroqDecisionModel(
        settings: GroqSettings(
          apiKey: Secret(key),
          baseURL: environment["GROQ_BASE_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? GroqSettings.defaultBaseURL,
          models: models.isEmpty ? GroqSettings.defaultModels : models),
        client: HTTPClient())
    }
  }
}
