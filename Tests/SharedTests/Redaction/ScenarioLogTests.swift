import Foundation
import Redaction
import Testing

@Suite("Redaction of the scenarios' logs", .enabled(if: ScenarioLogs.arePresent))
struct ScenarioLogTests {
  @Test("Hardly a line of ordinary logs is changed")
  func fewLinesChange() throws {
    let redactor = Redactor()
    let lines = try ScenarioLogs.lines()
    let changed = lines.filter { redactor.redact($0) != $0 }
    for line in Set(changed).sorted() { print("changed:", redactor.redact(line)) }
    print("changed \(changed.count) of \(lines.count) lines")
    #expect(lines.count > 1000)
    #expect(Double(changed.count) < 0.01 * Double(lines.count))
  }
}

/// The logs in the scenario files, which lie beside the package.
enum ScenarioLogs {
  private static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/scenarios")

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.appending(path: "FORMAT.md").path()) }

  static func lines() throws -> [String] {
    struct Scenario: Decodable { let logs: [String: [String: String]]? }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path()).filter { $0.hasSuffix(".json") }
    return try names.sorted().flatMap { name in
      let scenario = try JSONDecoder().decode(Scenario.self, from: Data(contentsOf: directory.appending(path: name)))
      return (scenario.logs ?? [:]).values.flatMap(\.values).flatMap { $0.split(separator: "\n").map(String.init) }
    }
  }
}
