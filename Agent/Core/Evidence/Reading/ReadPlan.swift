import Kubernetes
import Wire

/// Reads that are made at the same time, a bounded number at once and all before one moment. Each lands on its own, so that what
/// has come by then is not lost with what has not.
struct ReadPlan: Sendable {
  typealias Landing = @Sendable (inout Reading) -> Void
  typealias Job = @Sendable () async -> Landing

  let client: KubernetesClient
  let namespace: String
  /// On the machine's own clock: waiting for a server has nothing to do with the time of day.
  let deadline: ContinuousClock.Instant
  private(set) var jobs: [Job] = []

  init(client: KubernetesClient, namespace: String, deadline: ContinuousClock.Instant) {
    self.client = client
    self.namespace = namespace
    self.deadline = deadline
  }

  /// - Parameters:
  ///   - selector: labels; `nil` for all.
  ///   - isOptional: the type may not be served at all, and that is no omission.
  mutating func list<Object: Resource>(
    _ path: any WritableKeyPath<Reading, [Object]> & Sendable, selector: String? = nil, fields: String? = nil,
    limit: Int = EvidenceLimits.listedObjects, isOptional: Bool = false,
    keeping isKept: @escaping @Sendable (Object) -> Bool = { _ in true }
  ) {
    let (client, namespace) = (client, namespace)
    let options = ListOptions(
      labelSelector: selector, fieldSelector: fields, pageSize: min(limit, 100), maximumItems: limit, truncates: true)
    let what = Object.type == PodMetrics.type ? "pod metrics" : Object.type.plural
    read(what, isOptional: isOptional) { () throws(KubernetesError) -> [Object] in
      try await client.list(Object.self, namespace: namespace, options: options) { isKept($0) ? $0 : nil }.items.compactMap { $0 }
    } land: {
      $0[keyPath: path] += $1
    }
  }

  mutating func read<Value: Sendable>(
    _ what: String, isOptional: Bool = false, _ body: @escaping @Sendable () async throws(KubernetesError) -> Value,
    land: @escaping @Sendable (inout Reading, Value) -> Void
  ) {
    let deadline = deadline
    jobs.append {
      switch await Self.before(deadline, body) {
      case .success(let value): return { land(&$0, value) }
      case .failure(.answered(.notFound)) where isOptional: return { _ in }
      case .failure(let failure): return { $0.omissions.append(.init(what: what, why: failure.reason)) }
      }
    }
  }

  /// Adds everything that comes before the deadline to the reading.
  func run(into reading: inout Reading, width: Int = EvidenceLimits.width) async {
    for land in await jobs.concurrentMap(width: width, { await $0() }) { land(&reading) }
  }
}

extension ReadPlan {
  enum Failure: Error {
    case answered(KubernetesError)
    case tooLate

    var reason: String {
      switch self {
      case .answered(let error): error.shortReason
      case .tooLate: "no answer in time"
      }
    }
  }

  /// The answer, if it comes in time.
  static func before<Value: Sendable>(
    _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws(KubernetesError) -> Value
  ) async -> Result<Value, Failure> {
    await withTaskGroup(of: Result<Value, Failure>.self) { group in
      group.addTask {
        do throws(KubernetesError) { return .success(try await body()) } catch { return .failure(.answered(error)) }
      }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return .failure(.tooLate)
      }
      defer { group.cancelAll() }
      return await group.next() ?? .failure(.tooLate)
    }
  }
}
