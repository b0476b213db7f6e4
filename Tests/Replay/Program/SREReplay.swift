public import ArgumentParser
import Foundation
public import Replay

@main
struct SREReplay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sre-replay",
    abstract: "Runs recorded situations through agent and control plane, and prints what they decide.",
    discussion: """
      The exit status is 0 when every scenario passed, 1 when one did not, 2 when a file could not be read.
      """)

  @Argument(help: "Scenario files.", completion: .file(extensions: ["json"]))
  var files: [String]

  @Flag(help: "One line of JSON for each scenario, and a summary.")
  var json = false

  @Flag(help: "Every incident, not only the one of the strongest outcome.")
  var all = false

  @Flag(help: "Show evidence, findings, candidates and rules.")
  var explain = false

  @Option(help: "Who picks: \(ModelChoice.names). Without it the runbooks decide alone.")
  var model: ModelChoice?

  @Option(help: ArgumentHelp("Settings of policy, one NAME=VALUE or NAME: VALUE a line.", valueName: "file"))
  var policy: String?

  @Flag(help: "Let the agents carry out in the simulator what was proposed, as if a person had agreed.")
  var execute = false

  @Option(help: "Answer without evidence instead: \(Control.allCases.map(\.rawValue).joined(separator: ", ")).")
  var control: Control?

  @Option(help: "Scenarios at the same time.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  func run() async throws {
    var scenarios: [Scenario] = []
    var isUnreadable = false
    for file in files {
      do {
        scenarios.append(try Scenario(file: file))
      } catch {
        isUnreadable = true
        complain("\(error)")
      }
    }
    let start = ContinuousClock.now
    let entries = await Batch(width: jobs, run: try run(of: control)).entries(scenarios)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let report = Report(entries, showsAll: all)
    print(json ? report.json : report.table, terminator: "")
    if !json, seconds > 0 {
      print(
        "\(entries.count) scenarios in \((seconds * 1000).rounded() / 1000) s, \(Int(Double(entries.count) / seconds)) a second")
    }
    if isUnreadable { throw ExitCode(2) }
    if report.tally.passed < report.tally.total { throw ExitCode(1) }
  }

  private func run(of control: Control?) throws -> Batch.Run {
    if let control { return { try control.run($0) } }
    var configuration = Replay.Configuration()
    configuration.model = try model?.make()
    configuration.settings = try policy.map(PolicyFile.init)?.settings ?? [:]
    configuration.executes = execute
    configuration.explains = explain
    if case .groq = model { configuration.deadline = .seconds(120) }
    let replay = try Replay(configuration)
    return { try await replay.run($0) }
  }

  private func complain(_ text: String) {
    FileHandle.standardError.write(Data("sre-replay: \(text)\n".utf8))
  }
}

extension Control: ExpressibleByArgument {}
