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
    switch try await store.verifyChain() {
    case .intact(let entries, let head):
      print("The chain is whole: \(entries) entries, head \(head)")
    case .broken(let sequence):
      print("The chain is broken at entry \(sequence): it or one before it was changed.")
      throw ExitCode.failure
    }
  }
}
