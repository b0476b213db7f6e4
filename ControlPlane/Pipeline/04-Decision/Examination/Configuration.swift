import Wire

/// Configuration that a container read before it was changed.
struct StaleConfiguration: Sendable, Hashable {
  /// `Secret profile-db`
  let title: String
  /// How the container came by it: `rendered by the init container render-config`.
  let way: String
  let changedAt: Timestamp
  let facts: [String]
}

extension Examination {
  /// When ConfigMaps and Secrets were last changed, as far as that can be known.
  func changes(of kind: ConfigurationFact.Kind, _ name: String) -> (at: Timestamp, facts: [String])? {
    var found: [(Timestamp, String)] = evidence.configurations.compactMap { id, fact in
      guard fact.kind == kind, fact.name == name, let at = fact.changedAt else { return nil }
      return (at, id)
    }
    if kind == .secret { found += evidence.customResources.compactMap { renewal(of: name, $0) } }
    guard let last = found.max(by: { $0.0 < $1.0 }) else { return nil }
    return (last.0, found.map(\.1))
  }

  /// An ExternalSecret or Certificate writes the Secret that it names, or that bears its name.
  private func renewal(of secret: String, _ resource: Cited<CustomResourceFact>) -> (Timestamp, String)? {
    let fact = resource.fact
    guard ["ExternalSecret", "Certificate", "VaultStaticSecret", "SealedSecret", "InfisicalSecret"].contains(fact.kind) else {
      return nil
    }
    let targets = [
      fact.summary["target"], fact.summary["secret"], fact.summary["secretName"], fact.summary["target.name"], fact.name,
    ].compactMap(\.self)
    guard targets.contains(secret) else { return nil }
    // A synchronisation that changed nothing also has a time; the event tells of a change where there is one.
    let updated = evidence.events.filter { $0.fact.object == "\(fact.kind)/\(fact.name)" && $0.fact.reason == "Updated" }
      .compactMap(\.fact.lastSeen).max()
    let stated = ["refreshTime", "notBefore", "renewedAt", "lastUpdated"].compactMap {
      fact.summary[$0].flatMap { Timestamp(rfc3339: $0) }
    }
    guard let at = updated ?? stated.max() else { return nil }
    return (at, resource.id)
  }

  /// What these pods hold that was changed since they read it, and that only a new pod or a new start reads again.
  ///
  /// Init containers run once in a pod's life; the environment and files mounted by subPath are read when a container starts. A
  /// volume without subPath follows by itself.
  func staleConfiguration(of pods: [Cited<PodFact>]) -> StaleConfiguration? {
    guard let template = workload?.template, !pods.isEmpty else { return nil }
    for spec in template.containers where !spec.isSidecar {
      for use in uses(of: spec, template) {
        guard let change = changes(of: use.kind, use.name) else { continue }
        let readBefore = pods.allSatisfy { pod in
          lastRead(by: spec, of: pod.fact).map { $0 < change.at } ?? false
        }
        guard readBefore else { continue }
        let way = spec.isInit ? "read by the init container \(spec.name) when the pod was made" : use.way
        return StaleConfiguration(title: "\(use.kind.rawValue) \(use.name)", way: way, changedAt: change.at, facts: change.facts)
      }
    }
    return nil
  }

  private typealias Use = (kind: ConfigurationFact.Kind, name: String, way: String)

  private func uses(of spec: ContainerSpecFact, _ template: TemplateFact) -> [Use] {
    let environment = spec.environment.compactMap { variable -> Use? in
      guard let object = variable.object else { return nil }
      return switch variable.source {
      case .configMap, .allOfConfigMap: (.configMap, object, "read into the environment at the start")
      case .secret, .allOfSecret: (.secret, object, "read into the environment at the start")
      case .value, .field: nil
      }
    }
    let files = spec.mounts.filter { spec.isInit || $0.subPath != nil }.compactMap { mount -> Use? in
      guard let volume = template.volumes.first(where: { $0.name == mount.volume }), let object = volume.object else {
        return nil
      }
      return switch volume.kind {
      case .configMap: (.configMap, object, "mounted by subPath, which never follows a change")
      case .secret: (.secret, object, "mounted by subPath, which never follows a change")
      default: nil
      }
    }
    return environment + files
  }

  /// When the container last read its configuration.
  private func lastRead(by spec: ContainerSpecFact, of pod: PodFact) -> Timestamp? {
    guard let container = pod.containers.first(where: { $0.name == spec.name }) else { return pod.createdAt }
    if spec.isInit { return pod.createdAt }
    if let since = container.state.since { return since }
    if let last = container.lastTermination { return last.startedAt ?? last.finishedAt }
    return pod.createdAt
  }

  /// A ConfigMap or Secret of the workload that was written shortly before this moment.
  func recentlyChangedConfiguration(within span: Duration) -> (title: String, at: Timestamp, id: String)? {
    evidence.configurations.compactMap { id, fact in
      guard let at = fact.changedAt, isWithin(at, span) else { return nil }
      return ("\(fact.kind.rawValue) \(fact.name)", at, id)
    }.max { $0.1 < $1.1 }
  }
}
