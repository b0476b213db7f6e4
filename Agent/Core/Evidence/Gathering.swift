import Kubernetes
import Redaction
import Wire

/// One bundle in the making: facts with their ids, and what is missing. Pure.
struct Gathering: Sendable {
  private(set) var facts: [Fact] = []
  private(set) var omissions: [Evidence.Omission] = []
  private var numbers: [String: Int] = [:]

  mutating func add(_ body: Fact.Body, source: String) {
    let kind = body.kindName
    numbers[kind, default: 0] += 1
    facts.append(Fact(id: "\(kind)-\(numbers[kind] ?? 0)", source: source, body: body))
  }

  mutating func omit(_ what: String, _ why: String) {
    guard omissions.count < 50 else { return }
    omissions.append(Evidence.Omission(what: what, why: why))
  }

  /// The bundle within the limit of the link: logs are halved, then the least telling facts go, and each cut is named.
  func evidence(
    namespace: String, at now: Timestamp, blindSpans: [BlindSpan] = [], limit: Int = LinkLimits.result - 4096
  ) -> Evidence {
    var facts = facts
    var omissions = omissions
    func bundle() -> Evidence {
      Evidence(namespace: namespace, gatheredAt: now, facts: facts, omissions: omissions, blindSpans: blindSpans)
    }
    func isTooLarge() -> Bool { ((try? WireJSON.encode(bundle()))?.count ?? 0) > limit }
    var halvings = 0
    while isTooLarge(), halvings < 4 {
      halvings += 1
      facts = facts.map { $0.withHalvedLog }
    }
    if halvings > 0 { omissions.append(Evidence.Omission(what: "log lines", why: "the bundle would be too large")) }
    var dropped = 0
    while isTooLarge(), !facts.isEmpty {
      let cut = max(1, facts.count / 10)
      facts.removeLast(cut)
      dropped += cut
    }
    if dropped > 0 { omissions.append(Evidence.Omission(what: "\(dropped) facts", why: "the bundle would be too large")) }
    return bundle()
  }
}

extension Fact.Body {
  fileprivate var kindName: String {
    switch self {
    case .workload: "workload"
    case .revision: "revision"
    case .pod: "pod"
    case .log: "log"
    case .event: "event"
    case .service: "service"
    case .autoscaler: "autoscaler"
    case .budget: "budget"
    case .quota: "quota"
    case .claim: "claim"
    case .configuration: "configuration"
    case .networkPolicy: "network-policy"
    case .job: "job"
    case .cronJob: "cron-job"
    case .node: "node"
    case .customResource: "custom-resource"
    case .namespace: "namespace"
    }
  }
}

extension Fact {
  /// The telling lines and the later ones, half as many in all.
  fileprivate var withHalvedLog: Fact {
    guard case .log(let log) = body else { return self }
    let room = (log.lines.count + 1) / 2
    var kept = Set(log.telling.suffix(room / 2))
    for index in log.lines.indices.reversed() where kept.count < room { kept.insert(index) }
    let places = kept.sorted()
    let half = LogFact(
      pod: log.pod, container: log.container, previous: log.previous, lines: places.map { log.lines[$0] },
      telling: places.indices.filter { log.telling.contains(places[$0]) },
      omittedLines: log.omittedLines + log.lines.count - places.count, keptAt: log.keptAt)
    return Fact(id: id, source: source, body: .log(half))
  }
}
