import Kubernetes
import Wire

/// The newest events of the namespace, slim and bounded.
struct EventBook: Sendable {
  struct Entry: Sendable, Hashable {
    let uid: String
    let subject: String
    let subjectUID: String?
    let type: String
    let reason: String
    let message: String
    let count: Int
    let firstSeen: Timestamp?
    let lastSeen: Timestamp?
    /// What reported it.
    let component: String?
  }

  static let limit = 1000
  /// Kubernetes itself cuts messages at 1,024 bytes.
  static let messageLimit = 1024

  private var entries: [String: Entry] = [:]

  var count: Int { entries.count }

  mutating func replace(_ events: [Entry]) {
    entries = [:]
    for event in events { apply(event) }
  }

  /// Repeats are modifications of one event.
  mutating func apply(_ event: Entry) {
    entries[event.uid] = event
    // Cut by a tenth at a time, so that a flood does not sort at each event.
    guard entries.count > Self.limit + Self.limit / 10 else { return }
    let kept = entries.values.sorted { $0.isNewer(than: $1) }.prefix(Self.limit)
    entries = Dictionary(uniqueKeysWithValues: kept.map { ($0.uid, $0) })
  }

  mutating func remove(_ uid: String) { entries[uid] = nil }

  var all: [Entry] { Array(entries.values) }
}

extension [EventBook.Entry] {
  /// Warnings first, newest first.
  var mostTellingFirst: [EventBook.Entry] {
    sorted { left, right in
      let isWarning = (left.type == "Warning", right.type == "Warning")
      return isWarning.0 == isWarning.1 ? left.isNewer(than: right) : isWarning.0
    }
  }
}

extension EventBook.Entry {
  init(_ event: Event) {
    uid = event.metadata.uid
    subject = "\(event.involvedObject.kind ?? "?")/\(event.involvedObject.name ?? "?")"
    subjectUID = event.involvedObject.uid
    type = event.type ?? "Normal"
    reason = event.reason ?? ""
    message = String((event.message ?? "").prefix(EventBook.messageLimit))
    count = event.occurrences
    firstSeen = event.firstSeen.map { Timestamp($0) }
    lastSeen = event.lastSeen.map { Timestamp($0) }
    component = event.reporter
  }

  fileprivate func isNewer(than other: Self) -> Bool {
    let times = (lastSeen?.milliseconds ?? 0, other.lastSeen?.milliseconds ?? 0)
    return times.0 == times.1 ? uid < other.uid : times.0 > times.1
  }
}

extension Timestamp {
  /// A Kubernetes time, cut to milliseconds.
  init(_ time: APITime) { self.init(milliseconds: time.millisecondsSince1970) }
}
