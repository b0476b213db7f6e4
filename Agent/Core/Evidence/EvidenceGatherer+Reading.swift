import Kubernetes
import Wire

extension EvidenceGatherer {
  /// Everything but logs and the Services' pods, which depend on it.
  func read(_ subject: Subject, until deadline: ContinuousClock.Instant) async -> Reading {
    var plan = ReadPlan(client: client, namespace: namespace, deadline: deadline)
    let (client, namespace) = (client, namespace)
    plan.read("the Namespace") { () throws(KubernetesError) in
      try await client.get(Namespace.self, named: namespace, namespace: nil)
    } land: {
      $0.namespaces.append($1)
    }
    plan.read("configmaps/\(LocalRules.configMapName)", isOptional: true) { () throws(KubernetesError) in
      try await client.get(ConfigMap.self, named: LocalRules.configMapName, namespace: namespace).data
    } land: {
      $0.guardData = $1
    }
    plan.pods(of: subject)
    plan.list(\.quotas, limit: EvidenceLimits.listedObjects)
    plan.list(\.services)
    plan.list(\.autoscalers)
    plan.list(\.claims)
    if subject.workload != nil || !subject.pods.isEmpty {
      plan.list(\.budgets)
      plan.list(\.policies)
    }
    for reference in Self.references(of: subject) where reference.kind == .configMap { plan.configMap(reference.name) }
    plan.customs()
    let isLive = await view.isLive(Event.type.plural, at: clock.now)
    if !isLive {
      plan.read("events") { () throws(KubernetesError) in
        let options = ListOptions(maximumItems: EventBook.limit, truncates: true)
        return try await client.list(Event.self, namespace: namespace, options: options) { EventBook.Entry($0) }.items
      } land: {
        $0.events = $1
      }
    }
    var reading = Reading()
    reading.omissions = subject.omissions
    await plan.run(into: &reading)
    if isLive { reading.events = await view.events.all }
    return reading
  }

  static func references(of subject: Subject) -> [ConfigurationReference] {
    Array((subject.workload?.template.map { ConfigurationReferences.of($0) } ?? []).prefix(EvidenceLimits.configurations))
  }
}

extension ReadPlan {
  /// The pods, and the objects between them and the workload.
  fileprivate mutating func pods(of subject: Subject) {
    let podLimit = EvidenceLimits.listedPods
    guard let workload = subject.workload else {
      // Nothing is named: what is ill tells what the alert may mean.
      if subject.pods.isEmpty { list(\.pods, limit: 4 * podLimit) { $0.urgency > 1 } }
      return
    }
    let uid = workload.metadata.uid
    switch workload.type {
    case Pod.type: list(\.metrics, fields: nil, isOptional: true) { [name = workload.metadata.name] in $0.metadata.name == name }
    case CronJob.type:
      list(\.jobs) { $0.metadata.controller?.uid == uid }
      let prefix = workload.metadata.name + "-"
      list(\.pods, selector: "job-name", limit: podLimit) { $0.metadata.controller?.name.hasPrefix(prefix) ?? false }
    default:
      guard let query = workload.query else {
        list(\.pods, limit: 10 * podLimit) { $0.metadata.controller?.uid == uid }
        return
      }
      list(\.pods, selector: query, limit: podLimit)
      list(\.metrics, selector: query, limit: podLimit, isOptional: true)
      if workload.type == Deployment.type { list(\.replicaSets, selector: query) }
      if workload.type == StatefulSet.type || workload.type == DaemonSet.type {
        list(\.revisions, selector: query) { $0.metadata.controller?.uid == uid }
      }
    }
  }

  fileprivate mutating func configMap(_ name: String) {
    let (client, namespace) = (client, namespace)
    read("configmaps/\(name)") { () throws(KubernetesError) -> ConfigMapOutline? in
      do throws(KubernetesError) {
        return try await client.get(ConfigMapOutline.self, named: name, namespace: namespace)
      } catch {
        if case .notFound = error { return nil }
        throw error
      }
    } land: { reading, map in
      if let map { reading.configMaps.append(map) } else { reading.missingConfigMaps.insert(name) }
    }
  }

  /// Discovery says which of the groups exist; one that does not is no omission.
  fileprivate mutating func customs() {
    let (client, namespace) = (client, namespace)
    read("custom resources") { () throws(KubernetesError) -> ([FoundCustom], [Evidence.Omission]) in
      let groups = try await client.apiGroups()
      var found: [FoundCustom] = []
      var omissions: [Evidence.Omission] = []
      for kind in CustomKind.allCases {
        guard let type = kind.type(among: groups) else { continue }
        do throws(KubernetesError) {
          let options = ListOptions(maximumItems: EvidenceLimits.listedObjects, truncates: true)
          found += try await client.list(custom: type, namespace: namespace, options: options).items.map {
            FoundCustom(kind: kind, object: $0)
          }
        } catch {
          // The group may be served without this kind.
          if case .notFound = error { continue }
          omissions.append(.init(what: type.plural, why: error.shortReason))
        }
      }
      return (found, omissions)
    } land: {
      $0.customs += $1.0
      $0.omissions += $1.1
    }
  }
}
