import Synchronization

/// The programs that were started, in that order, so that they are stopped in the reverse.
final class ProcessRoster: Sendable {
  private let processes = Mutex<[StackProcess]>([])

  /// Starts programs that do not need each other, at the same time.
  func start(_ group: [StackProcess]) async throws {
    // Listed first, so that a start that fails half-way is stopped too.
    processes.withLock { $0 += group }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for process in group { tasks.addTask { try await process.start() } }
      try await tasks.waitForAll()
    }
  }

  func stopAll() async {
    let all = processes.withLock { processes in
      defer { processes = [] }
      return processes
    }
    for process in all.reversed() { await process.stop() }
  }

  var logTails: String {
    processes.withLock { $0 }.compactMap { process in
      process.child.map { "--- \(process.name) (\($0.ending.map { "\($0)" } ?? "running"))\n\($0.logTail(lines: 25))" }
    }.joined(separator: "\n")
  }
}
