import ArgumentParser
import Support
import Wire

struct Dispatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "From a command's commit to the outbox until its envelope is verified at the agent.",
    discussion: """
      The control plane's store, dispatch and HTTP/2 listener with TLS, and for each agent a client with a connection and a \
      thread of its own, all in this process. The agents wait in long polls; commands go to one after the other, so that the \
      figure is a latency and not a queue.
      """)
  static let defaultAgents = 100
  static let defaultCommands = 1000

  @Option(help: "How many agents wait.")
  var agents = Dispatch.defaultAgents

  @Option(help: "How many commands are measured, after two for each agent, and a tenth of all, for warming up.")
  var commands = Dispatch.defaultCommands

  func run() async throws {
    Report.build()
    try await Self.measure(agents: agents, commands: commands)
  }

  static func measure(agents count: Int, commands: Int) async throws {
    let certificates = try TestCertificates()
    let directory = try WorkingDirectory(prefix: "ai-sre-benchmark")
    defer {
      certificates.remove()
      directory.remove()
    }
    let found = try await BenchmarkControlPlane.run(in: directory, certificates: certificates) { plane in
      let agents = try await withThrowingTaskGroup(of: BenchmarkAgent.self) { group in
        for number in 0..<count {
          group.addTask { try await BenchmarkAgent(number, of: plane, authority: certificates.authorityPath) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      return try await withThrowingTaskGroup(of: Void.self) { group in
        for agent in agents { group.addTask { await agent.poll() } }
        defer { group.cancelAll() }
        return try await latencies(plane, agents.map(\.namespace), commands)
      }
    }
    let sorted = found.sorted()
    Report.line("Dispatch, outbox committed → envelope verified, \(count) waiting agents, \(sorted.count) commands")
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
      Report.line("  \(name)  \(Report.milliseconds(Report.percentile(share, of: sorted)))")
    }
    Report.line("")
  }

  private static func latencies(
    _ plane: BenchmarkControlPlane, _ namespaces: [String], _ commands: Int
  ) async throws -> [Duration] {
    let warmUp = max(commands / 10, 2 * namespaces.count)
    var found: [Duration] = []
    for number in 0..<(warmUp + commands) {
      let latency = try await plane.latency(to: namespaces[number % namespaces.count], number: number)
      if number >= warmUp { found.append(latency) }
    }
    return found
  }
}
