import ArgumentParser
import FoundationEssentials
import Pipeline
import Store
import Wire

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The audit timeline: who did, decided and changed what, in one chain of hashes.",
    discussion: "Both may be run beside a control plane that is using the data.",
    subcommands: [Verify.self, Export.self], defaultSubcommand: Verify.self)

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recomputes the chain over every entry, and names each that was changed, moved, added or is missing.",
      discussion: """
        Whoever can write the whole file can also compute a new chain: give --head with a head that was kept elsewhere. Each mail ends \
        with one, and /metrics has it as ai_sre_audit_head_info.
        """)

    @Option(name: .customLong("config"), help: "A YAML file with settings.")
    var file: String?

    @Option(help: "SEQUENCE:HASH of an entry as it was known elsewhere.", transform: Self.head)
    var head: ChainHead?

    func run() async throws {
      let settings = try await Settings.read(file: file)
      switch try AuditFile(path: settings.dataDirectory.database).verify(against: head) {
      case .intact(let entries, let head):
        print("The chain is whole: \(entries) entries, head \(ChainHead(sequence: entries, hash: head))")
      case .broken(let breaks):
        print("The chain is broken:")
        for each in breaks { print("  \(each)") }
        if breaks.count >= ChainBreak.limit { print("  … and maybe more") }
        throw ExitCode.failure
      }
    }

    private static func head(_ text: String) throws -> ChainHead {
      guard let head = ChainHead(text) else {
        throw ValidationError("--head: expected SEQUENCE:HASH with 64 lower-case hexadecimal digits")
      }
      return head
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes every entry as one line of JSON, oldest first.",
      discussion: "Each has its sequence, time, kind, summary, details, the incident where it is of one, and its hash.")

    @Option(name: .customLong("config"), help: "A YAML file with settings.")
    var file: String?

    @Option(help: "Only entries after this sequence number, to go on where an earlier export ended.")
    var after: Int64 = 0

    func run() async throws {
      let settings = try await Settings.read(file: file)
      let audit = try AuditFile(path: settings.dataDirectory.database)
      var last = after
      while case let page = try audit.records(after: last), let end = page.last {
        for record in page { print(String(decoding: try CanonicalJSON.bytes(of: record), as: UTF8.self)) }
        last = end.sequence
      }
    }
  }
}
