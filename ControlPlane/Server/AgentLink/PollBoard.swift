import HTTP2
import Pipeline
import Wire

/// Who waits for commands, and which commands wait for whom. A pure value: it returns what is to be sent.
struct PollBoard {
  struct Poll {
    let stream: ParkedStream
    let boot: String
    let after: Int64
    let expires: Timestamp
  }

  /// A waiting poll for which something was committed.
  struct Delivery {
    let namespace: String
    let poll: Poll
  }

  private var polls: [String: Poll] = [:]
  private var namespaceOfStream: [ParkedStream: String] = [:]
  /// Namespaces whose waiting poll has something to be answered with. What that is, the store says: callers hear of their commits in any
  /// order, and an agent takes rising numbers only.
  private var fresh: Set<String> = []
  /// The highest sequence number committed per namespace, as far as it is known here.
  private var latest: [String: Int64] = [:]
  /// When the store last had nothing for an agent: in which boot, and what was the latest number then.
  private var quiet: [String: Quiet] = [:]

  private struct Quiet: Equatable {
    let boot: String
    let latest: Int64
  }

  var count: Int { polls.count }

  func latestSequence(of namespace: String) -> Int64 { latest[namespace] ?? 0 }

  /// The store, asked when `latest` was the latest number, had nothing for this boot.
  mutating func noteNothingOpen(for namespace: String, boot: String, latest: Int64) {
    quiet[namespace] = Quiet(boot: boot, latest: latest)
  }

  /// Whether a poll can only wait. When nothing is known, or the agent knows more than this side does, as after a restored backup, the store
  /// has to be asked.
  func nothingWaits(for namespace: String, boot: String, after: Int64) -> Bool {
    if latest[namespace] == after { return true }
    return quiet[namespace] == Quiet(boot: boot, latest: latestSequence(of: namespace))
  }

  /// - Returns: the poll that it replaces: one agent waits once.
  mutating func park(_ poll: Poll, for namespace: String) -> Poll? {
    let replaced = polls.updateValue(poll, forKey: namespace)
    if let replaced { namespaceOfStream[replaced.stream] = nil }
    namespaceOfStream[poll.stream] = namespace
    return replaced
  }

  mutating func closed(_ stream: ParkedStream) {
    guard let namespace = namespaceOfStream.removeValue(forKey: stream) else { return }
    polls[namespace] = nil
  }

  mutating func add(_ commands: [OpenCommand]) {
    for command in commands {
      let namespace = command.draft.namespace
      latest[namespace] = max(latestSequence(of: namespace), command.sequence)
      if polls[namespace] != nil { fresh.insert(namespace) }
    }
  }

  /// Takes the polls that have something to be answered with.
  mutating func takeDeliveries() -> [Delivery] {
    defer { fresh = [] }
    return fresh.compactMap { namespace in take(namespace).map { Delivery(namespace: namespace, poll: $0) } }
  }

  mutating func takeAll() -> [Delivery] {
    polls.keys.compactMap { namespace in take(namespace).map { Delivery(namespace: namespace, poll: $0) } }
  }

  mutating func takeExpired(at now: Timestamp) -> [Poll] {
    let over = polls.filter { $0.value.expires <= now }.map(\.key)
    return over.compactMap { take($0) }
  }

  private mutating func take(_ namespace: String) -> Poll? {
    guard let poll = polls.removeValue(forKey: namespace) else { return nil }
    namespaceOfStream[poll.stream] = nil
    return poll
  }
}
