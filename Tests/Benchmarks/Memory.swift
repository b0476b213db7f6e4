import ArgumentParser
import Foundation
import Support

struct Memory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Memory of the programs in a running stack, idle, with Alertmanager beside them for comparison.")
  static let defaultSettling = 5

  @Option(help: "Seconds to wait after the start.")
  var settling = Memory.defaultSettling

  func run() async throws {
    Report.build()
    try await Self.measure(settling: settling)
  }

  static func measure(settling: Int) async throws {
    try await Stack.run { stack in
      try await Task.sleep(for: .seconds(settling))
      let pods = try await stack.console.agents().reduce(0) { $0 + ($1.pods ?? 0) }
      Report.line("Memory, \(stack.agents.count) agents, \(pods) pods, idle for \(settling) s (MB)")
      let widths = [22, 8, 8, 14]
      Report.row(["", "RSS", "PSS", "private dirty"], widths: widths)
      let processes = [stack.controlPlane.process] + stack.agents.values.map(\.process).sorted { $0.name < $1.name }
      for process in processes + [stack.alertmanager?.process].compactMap(\.self) {
        guard let child = process.child else { continue }
        let usage = try MemoryUsage(pid: child.pid)
        Report.row(
          [process.name, Report.mega(usage.resident), Report.mega(usage.proportional), Report.mega(usage.privateDirty)],
          widths: widths)
      }
    }
  }
}
