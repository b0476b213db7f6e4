/// Runs many scenarios, some at a time, and keeps their order.
public struct Batch: Sendable {
  /// What one scenario came to.
  public struct Entry: Sendable {
    public let id: String
    /// Nil when the run broke off.
    public let result: RunResult?
    public let score: Score
  }

  /// Answers one situation.
  public typealias Run = @Sendable (Situation) async throws -> RunResult

  private let width: Int
  private let run: Run

  /// - Parameter width: runs at the same time.
  public init(width: Int, run: @escaping Run) {
    self.width = max(1, width)
    self.run = run
  }

  public func entries(_ scenarios: [Scenario]) async -> [Entry] {
    await withTaskGroup(of: (Int, Entry).self) { group in
      var entries: [Int: Entry] = [:]
      for (index, scenario) in scenarios.enumerated() {
        if index >= width, let (done, entry) = await group.next() { entries[done] = entry }
        group.addTask { (index, await self.entry(scenario)) }
      }
      for await (done, entry) in group { entries[done] = entry }
      return scenarios.indices.compactMap { entries[$0] }
    }
  }

  private func entry(_ scenario: Scenario) async -> Entry {
    do {
      let result = try await run(scenario.situation)
      return Entry(id: scenario.id, result: result, score: Score(result, against: scenario.expectation))
    } catch {
      return Entry(id: scenario.id, result: nil, score: Score(failure: "\(error)"))
    }
  }
}
