import HTTP
public import Kubernetes
public import Wire

/// Asks, before or beside a running agent and without disturbing it: can it reach what it needs, and may it do what it should?
public struct AgentCheck: Sendable {
  private let client: KubernetesClient
  private let rights: Rights
  private let link: HTTPLink
  private let clock: any WallClock

  /// Reviews under way at a time.
  static let width = 8

  public init(client: KubernetesClient, rights: Rights, link: HTTPLink, clock: any WallClock = SystemWallClock()) {
    self.client = client
    self.rights = rights
    self.link = link
    self.clock = clock
  }

  public func run() async -> CheckReport {
    async let controlPlane = controlPlane()
    async let ownObjects = ownObjects()
    let allowed = await allowed()
    return CheckReport(lines: [await controlPlane] + (await ownObjects) + allowed)
  }

  private func controlPlane() async -> CheckReport.Line {
    do {
      try await link.probe()
      return .init("control plane", .ok, "reached, and it takes the token")
    } catch {
      return .init("control plane", .failed, "\(error)")
    }
  }

  private func ownObjects() async -> [CheckReport.Line] {
    let journal = JournalStore(client: client, namespace: rights.scope.home, clock: clock)
    var lines: [CheckReport.Line] = []
    do {
      let state = try await journal.read()
      let open = state.bareIntents.count
      lines.append(.init("journal", .ok, open == 0 ? "" : "\(open) acts whose outcome is open"))
    } catch {
      lines.append(.init("journal", .failed, error.description))
    }
    switch await LocalRulesReader(client: client, namespace: rights.scope.home).verdict(now: clock.now) {
    case .allowed: lines.append(.init("the team's guard", .ok, "acting is allowed"))
    case .refused(.guardUnreadable, let detail): lines.append(.init("the team's guard", .failed, detail))
    case .refused(_, let detail): lines.append(.init("the team's guard", .ok, "no acts now: \(detail)"))
    }
    return lines
  }

  /// One line for each right, in the order of the list.
  private func allowed() async -> [CheckReport.Line] {
    await rights.all.concurrentMap(width: Self.width) { await check($0) }
  }

  private func check(_ right: Right) async -> CheckReport.Line {
    let subject = right.verbs.map(\.rawValue).joined(separator: ",") + " " + right.title
    var refused: [String] = []
    for call in rights.calls(of: right) {
      do {
        if try await !client.mayMake(call) { refused.append(call.verb.rawValue) }
      } catch {
        return .init(subject, .failed, "could not ask: \(error.shortReason)")
      }
    }
    guard !refused.isEmpty else { return .init(subject, .ok) }
    let verdict: CheckReport.Verdict = right.need == .evidence ? .missing : .failed
    return .init(subject, verdict, "\(Set(refused).sorted().joined(separator: ", ")) not allowed: needed to \(right.purpose)")
  }
}

extension Right {
  /// `deployments/scale.apps`, with the names that it is limited to.
  var title: String {
    let object = group.isEmpty ? resource : "\(resource).\(group)"
    return names.isEmpty ? object : object + " " + names.joined(separator: ",")
  }
}

extension Rights {
  /// A call for each verb and name of a right, where this agent would make it.
  func calls(of right: Right) -> [APICall] {
    let namespace: String? =
      switch scope {
      case .namespace(let name): name
      case .cluster(let home): isOwn(right) ? home : nil
      }
    let isOwnNamespace = right.resource == "namespaces" && scope.watchedNamespace != nil
    let names: [String?] = isOwnNamespace ? [scope.home] : right.names.isEmpty ? [nil] : right.names.map { $0 }
    return right.verbs.flatMap { verb in
      names.map { APICall(verb: verb, group: right.group, resource: right.resource, namespace: namespace, name: $0) }
    }
  }
}
