import FoundationEssentials
import Kubernetes
import Wire

/// Why the journal could not be read or written.
enum JournalFailure: Error, Sendable, CustomStringConvertible {
  case cluster(KubernetesError)
  /// Its content is not ours; it is left alone, since it may be the only proof of what was done.
  case corrupt(String)
  /// Full of intents whose outcome is open.
  case full
  /// Others changed it again and again.
  case contended

  var description: String {
    switch self {
    case .cluster(let error): "the journal: \(error)"
    case .corrupt(let reason): "the journal is not readable (\(reason)): a person must look at the ConfigMap \(JournalStore.name)"
    case .full: "the journal is full of acts whose outcome is open"
    case .contended: "the journal was changed by others again and again"
    }
  }
}

/// The journal in its ConfigMap, changed by compare-and-swap on resourceVersion.
struct JournalStore: Sendable {
  static let name = "ai-sre-journal"
  static let key = "journal.json"
  static let labels = ["app.kubernetes.io/managed-by": "ai-sre"]
  static let attempts = 5

  let client: KubernetesClient
  let namespace: String
  let clock: any WallClock

  func read() async throws(JournalFailure) -> JournalState { try await load().state }

  /// Reads, changes and writes; again from the start when somebody else was faster or the answer to the write got lost.
  /// `change` may run several times and throws to stop.
  func update(_ change: @Sendable (inout JournalState) throws(JournalFailure) -> Void) async throws(JournalFailure)
    -> JournalState
  {
    var backoff = Backoff(base: .milliseconds(50), cap: .seconds(1))
    var failure = JournalFailure.contended
    for attempt in 1...Self.attempts {
      do {
        let (current, old) = try await load()
        var new = old
        try change(&new)
        if new != old || current == nil { try await write(new, over: current) }
        return new
      } catch .cluster(let error) where Self.isWorthAnother(error) {
        failure = .cluster(error)
      } catch {
        throw error
      }
      if attempt < Self.attempts { try? await clock.sleep(until: clock.now + backoff.failed(), tolerance: nil) }
    }
    throw failure
  }

  private static func isWorthAnother(_ error: KubernetesError) -> Bool {
    switch error {
    case .conflict, .alreadyExists, .notFound: true
    default: error.mayPassLater
    }
  }

  private func load() async throws(JournalFailure) -> (current: ConfigMap?, state: JournalState) {
    let current: ConfigMap
    do {
      current = try await client.get(named: Self.name, namespace: namespace)
    } catch .notFound {
      return (nil, JournalState())
    } catch {
      throw .cluster(error)
    }
    guard let text = current.data[Self.key] else {
      guard current.data.isEmpty else { throw .corrupt("the key \(Self.key) is missing") }
      return (current, JournalState())
    }
    guard let state = try? JSONDecoder().decode(JournalState.self, from: Data(text.utf8)) else {
      throw .corrupt("\(Self.key) does not decode")
    }
    return (current, state)
  }

  private func write(_ state: JournalState, over current: ConfigMap?) async throws(JournalFailure) {
    guard let bytes = try? CanonicalJSON.bytes(of: state) else { throw .corrupt("it does not encode") }
    let data = [Self.key: String(decoding: bytes, as: UTF8.self)]
    let options = WriteOptions(fieldManager: "ai-sre-agent")
    do {
      if let current {
        _ = try await client.replaceConfigMap(current, data: data, options: options)
      } else {
        _ = try await client.createConfigMap(
          named: Self.name, namespace: namespace, labels: Self.labels, data: data, options: options)
      }
    } catch {
      throw .cluster(error)
    }
  }
}
