import ArgumentParser
import Pipeline
import Store

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Recomputes the hash chain over every timeline entry and prints its head.",
    discussion: "The control plane must not be running on the same data. While it runs, GET /audit says the same.")

  @Option(name: .customLong("config"), help: "A YAML file with settings.")
  var file: String?

  func run() async throws {
    let settings = try await Settings.read(file: file)
    let store = try SQLiteIncidentStore(path: settings.dataDirectory.database)
    let report = try await store.auditChain()
    print("\(report.entries) entries, head \(report.head)")
    if let broken = report.brokenAt {
      print("The chain is broken at entry \(broken): it or one before it was changed.")
      throw ExitCode.failure
    }
    print("The chain is whole.")
  }
}
