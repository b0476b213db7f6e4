import Foundation
import Replay

/// The scenarios beside the repository; absent where only the repository is.
enum PublicScenarios {
  static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/scenarios")

  static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { directory.appending(path: $0).path() }
  }()

  static var areThere: Bool { !files.isEmpty }

  static func all() throws -> [Scenario] { try files.map { file throws(ScenarioError) in try Scenario(file: file) } }
}
