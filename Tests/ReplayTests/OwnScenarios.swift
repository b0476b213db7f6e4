import Foundation
import Replay
import Simulator

/// The project's own scenarios, one file for each situation of `Tests/Scenarios`.
enum OwnScenarios {
  static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios")

  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path()).filter { $0.hasSuffix(".json") }.sorted()
      .map { directory.appending(path: $0).path() }
  }

  static func all() throws -> [Scenario] { try files().map { file throws(ScenarioError) in try Scenario(file: file) } }

  /// With the public ones, where they are there.
  static func withPublic() throws -> [Scenario] { try all() + PublicScenarios.all() }

  /// The documents themselves, for tests that change them.
  static func documents() throws -> [JSONValue] {
    try (files() + PublicScenarios.files).map { try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: $0))) }
  }
}

extension Batch {
  /// The entries of a run of the product over scenarios, as wide as tests may be.
  static func entries(_ scenarios: [Scenario], _ configuration: Replay.Configuration = .init()) async throws -> [Entry] {
    let replay = try Replay(configuration)
    return await Batch(width: 4) { try await replay.run($0) }.entries(scenarios)
  }
}
