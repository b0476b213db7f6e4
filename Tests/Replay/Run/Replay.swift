import AgentCore
import Foundation
import HTTP
import Kubernetes
import Logging
public import Pipeline
import Simulator
import Store
import Wire

/// Runs situations through the product: the cluster simulator standing still, a real agent for each namespace, the real store, runner and
/// pipeline, on a clock that stands at the situation's `now`. A run sees a `Situation` only.
public struct Replay: Sendable {
  public struct Configuration: Sendable {
    /// Makes the model of one run; nil lets the runbooks decide.
    public var model: (any DecisionModel)?
    /// What keeps the past; nil is the run's own database.
    public var memory: (any PrecedentIndex)?
    /// Settings by their names in the environment, below those of the situation.
    public var settings: [String: String] = [:]
    /// Whether what was proposed is carried out in the simulated cluster once everything is decided, as if a person had agreed
    /// where one must. Nothing follows from it there: the cluster stands still.
    public var executes = false
    /// Whether the result tells how it came about.
    public var explains = false
    /// Real time for one run.
    public var deadline = Duration.seconds(30)

    public init() {}
  }

  private let configuration: Configuration
  private let directory: TemporaryDirectory
  private let keys = ReplayKeys()

  public init(_ configuration: Configuration = Configuration()) throws {
    self.configuration = configuration
    directory = try TemporaryDirectory()
  }

  /// - Throws: `ReplayError`, or what the store or the simulator throw.
  public func run(_ situation: Situation) async throws -> RunResult {
    let settings = try policySettings(situation)
    let path = directory.path + "/" + UUID().uuidString
    let store = try SQLiteIncidentStore(path: path)
    let result = await Result {
      let run = try await ReplayRun(
        situation, settings: settings, configuration: configuration, store: store, keys: keys)
      return try await withDeadline(configuration.deadline) { try await run.result() }
    }
    try await store.close()
    for ending in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + ending) }
    return try result.get()
  }

  private func policySettings(_ situation: Situation) throws -> PolicySettings {
    do {
      return try PolicySettings { name in
        let text = situation.settings[name.rawValue] ?? configuration.settings[name.rawValue]
        return text.flatMap { $0.isEmpty ? nil : $0 }
      }
    } catch {
      throw ReplayError.setting(error.name.rawValue, found: error.found, expected: error.expected)
    }
  }
}

/// Why a run broke off.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
  case setting(String, found: String, expected: String)
  /// The run did not come to rest.
  case overdue(Duration)
  case delivery(Int, reason: String)

  public var description: String {
    switch self {
    case .setting(let name, let found, let expected): "\(name): expected \(expected), found \"\(found)\""
    case .overdue(let limit): "it did not come to rest within \(limit)"
    case .delivery(let index, let reason): "deliveries[\(index)]: \(reason)"
    }
  }
}

/// - Throws: `ReplayError.overdue` at the deadline.
private func withDeadline<Value: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw ReplayError.overdue(limit)
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
