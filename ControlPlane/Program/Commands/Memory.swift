import ArgumentParser
import Clients
import HTTP
import Pipeline
import Store

struct Memory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The memory of past incidents, from which precedents come.", subcommands: [Rebuild.self])

  struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the precedents again from the stored incidents, in Qdrant when QDRANT_URL is set, else in the database.",
      discussion: """
        Run it after QDRANT_URL was set, changed or removed, and after an upgrade that reads evidence in a new way. What is remembered \
        already is replaced; nothing is forgotten without --forget. An incident of which no evidence is kept any more is left as it is. \
        The control plane must not be running on the same data.
        """)

    @Flag(help: "Forget everything in there first, also what other control planes put there.")
    var forget = false

    @Option(name: .customLong("config"), help: "A YAML file with settings.")
    var file: String?

    func run() async throws {
      let settings = try await Settings.read(file: file)
      let store = try SQLiteIncidentStore(path: settings.dataDirectory.database)
      let http = HTTPClient()
      do {
        let (remembered, seen) = try await rebuild(settings, store, http)
        let place = settings.qdrant.map { "Qdrant at \($0.url)" } ?? "the database"
        print("\(remembered) of \(seen) incidents with a known outcome are remembered in \(place).")
      } catch let error as MemoryError {
        await http.shutdown()
        try await store.close()
        throw ValidationError("the memory \(error)")
      }
      await http.shutdown()
      try await store.close()
    }

    private static let page = 200

    private func rebuild(
      _ settings: Settings, _ store: SQLiteIncidentStore, _ http: HTTPClient
    ) async throws -> (remembered: Int, seen: Int) {
      let index = settings.precedentIndex(store, http)
      if forget { try await index.forgetAll() }
      let memory = PrecedentMemory(index, groups: settings.namespaceGroups)
      var (remembered, seen, last) = (0, 0, Incident.ID(0))
      while true {
        let incidents = try await store.judgedIncidents(after: last, limit: Self.page)
        guard let final = incidents.last else { return (remembered, seen) }
        remembered += try await memory.rebuild(from: incidents)
        seen += incidents.count
        last = final.id
      }
    }
  }
}
