import HTTP
import Kubernetes
import Wire

/// Which watches work, which do not and since when. Pure.
struct WatchHealth: Sendable {
  /// A watch that has been quiet for longer is reported as an impairment: two bookmark intervals and the idle deadline.
  static let silenceLimit = Duration.seconds(420)
  /// A 403 lasts while an API server starts (RBAC is loaded after the port opens). After this time it is taken for the Role's
  /// answer: the kind is asked for less often, and nothing waits for it any more.
  static let denialPatience = Duration.seconds(30)
  /// The same when another kind may be watched, so that RBAC is loaded.
  static let denialPatienceBesideOthers = Duration.seconds(2)
  static let api = "api"

  private struct Watch: Sendable {
    var heard: Timestamp?
    var fault: String?
    var isTransportFault = false
    var refusedSince: Timestamp?
    var isDenied = false
  }

  let watched: [String]
  private(set) var ledger = BlindnessLedger()
  private var watches: [String: Watch] = [:]

  init(watching watched: [String]) { self.watched = watched }

  /// - Parameter lastSign: when an earlier life of the agent last was well, if that is known.
  mutating func began(at now: Timestamp, lastSign: Timestamp?) {
    if let lastSign { ledger.add(BlindSpan(what: "agent", why: "the agent was not running", from: lastSign, to: now)) }
    for name in watched { ledger.lost(name, why: "not listed yet", from: now) }
  }

  /// A list was read, a watch was opened, or a line came.
  ///
  /// - Returns: whether that changed what there is to report.
  mutating func heard(_ name: String, at now: Timestamp) -> Bool {
    let before = watches.updateValue(Watch(heard: now), forKey: name)
    guard ledger.regained(name, at: now) || before?.fault != nil || before?.heard == nil else { return false }
    ledger.regained(Self.api, at: now)
    return true
  }

  mutating func failed(_ name: String, _ error: KubernetesError, at now: Timestamp) {
    // The server forgets old versions: a list follows, and nothing is wrong.
    if case .expired = error {
      ledger.lost(name, why: "listed again: \(error.description)", from: now)
      return
    }
    var watch = watches[name] ?? Watch()
    watch.fault = error.description
    watch.isTransportFault = error.isUnreachable
    if error.isRefusal {
      let since = watch.refusedSince ?? now
      watch.refusedSince = since
      let isAnyAllowed = watches.values.contains { $0.heard != nil && $0.fault == nil }
      let patience = isAnyAllowed ? Self.denialPatienceBesideOthers : Self.denialPatience
      watch.isDenied = watch.isDenied || since.duration(to: now) >= patience
    } else if !error.isUnreachable {
      watch.refusedSince = nil
    }
    // A connection that fell silent was blind since its last line; any other was not until it broke.
    let from = error.isSilence ? watch.heard ?? now : now
    watches[name] = watch
    ledger.lost(name, why: error.description, from: from)
    if watched.allSatisfy({ watches[$0]?.isTransportFault == true }) {
      ledger.lost(Self.api, why: "the API server does not answer", from: from)
    }
  }

  mutating func lostLink(_ why: String, at now: Timestamp) -> Bool { ledger.lost("link", why: why, from: now) }

  mutating func regainedLink(at now: Timestamp) -> Bool { ledger.regained("link", at: now) }
}

extension WatchHealth {
  /// Whether every kind has been listed once, or may not be, so that absence means something.
  var isComplete: Bool { watched.allSatisfy { watches[$0].map { $0.heard != nil || $0.isDenied } ?? false } }

  func isDenied(_ name: String) -> Bool { watches[name]?.isDenied ?? false }

  func isLive(_ name: String, at now: Timestamp) -> Bool {
    guard let watch = watches[name], watch.fault == nil, let last = watch.heard else { return false }
    return last.duration(to: now) < Self.silenceLimit
  }

  /// When a watch that lives now will be taken for silent, if it says nothing until then.
  func nextSilence(after now: Timestamp) -> Timestamp {
    let moments = watches.values.compactMap { $0.fault == nil ? $0.heard.map { $0 + Self.silenceLimit } : nil }
    return moments.filter { $0 > now }.min() ?? now + Self.silenceLimit
  }

  /// Whether everything that may be watched is. What the Role does not allow a restart would not heal.
  func isWell(at now: Timestamp) -> Bool { watched.allSatisfy { isDenied($0) || isLive($0, at: now) } }

  /// What the watches cannot see at the moment, one line each.
  func impairments(at now: Timestamp) -> [String] {
    watched.filter { !isLive($0, at: now) }.map { name in
      switch watches[name] {
      case let watch? where watch.isDenied: "\(name) may not be watched: \(watch.fault ?? "refused")"
      case let watch? where watch.fault != nil: "the watch of \(name) failed: \(watch.fault ?? "")"
      default: "the watch of \(name) is silent"
      }
    }
  }
}

extension KubernetesError {
  /// The answer of a Role that lacks the rule, or of a cluster that lacks the kind.
  var isRefusal: Bool {
    switch self {
    case .forbidden, .notFound: true
    default: false
    }
  }

  fileprivate var isUnreachable: Bool {
    switch self {
    case .transport, .server: true
    default: false
    }
  }

  fileprivate var isSilence: Bool { if case .transport(.timedOut(.idle)) = self { true } else { false } }
}
