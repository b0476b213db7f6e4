import ArgumentParser

@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sre-benchmarks", abstract: "Measures; asserts nothing.",
    discussion: "Figures of a debug build are for comparing two debug builds only.",
    subcommands: [All.self, Dispatch.self, Memory.self, MemorySearch.self, AgentFootprint.self], defaultSubcommand: All.self)
}

struct All: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Everything, with its defaults.")

  func run() async throws {
    Report.build()
    try await Dispatch.measure(agents: Dispatch.defaultAgents, commands: Dispatch.defaultCommands)
    try await Memory.measure(settling: Memory.defaultSettling)
  }
}
