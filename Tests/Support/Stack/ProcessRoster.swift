import Synchronization

/// The programs that were started, in that order, so that they are stopped in the reverse.
public final class ProcessRoster: Sendable {
  private let processes = Mutex<[StackProcess]>([])

  /// Gives the body a roster and a directory, and then stops all programs in reverse order and removes the directory, whatever happens.
  ///
  /// - Throws: `StackFailure` with the body's error and the end of every program's output.
  public static func run<Result: Sendable>(
    _ body: (ProcessRoster, WorkingDirectory) async throws -> Result
  ) async throws -> Result {
    let directory = try WorkingDirectory(prefix: "ai-sre")
    let roster = ProcessRoster()
    do {
      let result = try await body(roster, directory)
      await roster.stopAll()
      directory.remove()
      return result
    } catch {
      let failure = StackFailure(error, logs: roster.logTails)
      await roster.stopAll()
      directory.remove()
      throw failure
    }
  }

  /// Starts programs that do not need each other, at the same time.
  public func start(_ group: [StackProcess]) async throws {
    // Listed first, so that a start that fails half-way is stopped too.
    processes.withLock { $0 += group }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for process in group { tasks.addTask { try await process.start() } }
      try await tasks.waitForAll()
    }
  }

  private func stopAll() async {
    let all = processes.withLock { processes in
      defer { processes = [] }
      return processes
    }
    for process in all.reversed() { await process.stop() }
  }

  private var logTails: String {
    processes.withLock { $0 }.compactMap { process in
      process.child.map { "--- \(process.name) (\($0.ending.map { "\($0)" } ?? "running"))\n\($0.logTail(lines: 25))" }
    }.joined(separator: "\n")
  }
}

/// What went wrong while programs ran, with what they said last.
public struct StackFailure: Error, CustomStringConvertible {
  public let underlying: any Error
  public let logs: String

  init(_ underlying: any Error, logs: String) {
    self.underlying = underlying
    self.logs = logs
  }

  public var description: String { "\(underlying)\n\(logs)" }
}
