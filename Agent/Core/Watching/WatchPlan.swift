import Kubernetes

/// What a watcher does next: list once, watch from there, resume after each end, list again only when the server says that the
/// version is gone. Pure; the watcher carries it out.
struct WatchPlan: Sendable {
  enum Action: Sendable, Equatable {
    case list
    case watch(from: String)
  }

  struct Step: Sendable, Equatable {
    let action: Action
    let delay: Duration
  }

  private(set) var resourceVersion: String?
  private var backoff: Backoff
  /// Lines since the present watch began.
  private var lines = 0
  /// Times in a row that the server said that this may not, or cannot, be watched.
  private var refusals = 0

  /// After so many a refusal is taken for an answer and not for a server that starts: with full jitter that is about a minute.
  static let patience = 8
  /// How often it is asked then, so that rights that are granted later are noticed.
  static let slowPace = 60...300

  init(backoff: Backoff = Backoff()) { self.backoff = backoff }

  var failures: Int { backoff.failures }

  mutating func listed(resourceVersion: String) -> Step {
    self.resourceVersion = resourceVersion
    lines = 0
    refusals = 0
    return Step(action: .watch(from: resourceVersion), delay: .zero)
  }

  /// A line arrived: the watch works.
  mutating func saw(resourceVersion: String) {
    if !resourceVersion.isEmpty { self.resourceVersion = resourceVersion }
    lines += 1
    backoff.succeeded()
  }

  /// The server ended the watch. A watch that lived for its time resumes at once; one that was cut short without a line
  /// backs off.
  mutating func ended(afterItsTime: Bool, using generator: inout some RandomNumberGenerator) -> Step {
    defer { lines = 0 }
    if afterItsTime { backoff.succeeded() }
    return step(delay: afterItsTime || lines > 0 ? .zero : backoff.failed(using: &generator))
  }

  mutating func failed(_ error: KubernetesError, using generator: inout some RandomNumberGenerator) -> Step {
    lines = 0
    if case .expired = error { resourceVersion = nil }
    // A broken line says nothing about what else was missed: only a list does.
    if case .undecodable = error { resourceVersion = nil }
    refusals = error.isRefusal ? refusals + 1 : 0
    let jitter = backoff.failed(using: &generator)
    if refusals > Self.patience { return step(delay: .seconds(Int.random(in: Self.slowPace, using: &generator))) }
    // Everybody who was turned away was told the same time.
    return step(delay: (error.retryAfter ?? .zero) + jitter)
  }

  private func step(delay: Duration) -> Step {
    Step(action: resourceVersion.map { .watch(from: $0) } ?? .list, delay: delay)
  }
}
