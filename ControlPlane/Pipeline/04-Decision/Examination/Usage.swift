import Wire

/// How much CPU and memory the pods use of what they may.
extension Examination {
  static let saturation = 0.85
  static let idle = 0.5

  struct PodUsage: Sendable {
    let pod: Cited<PodFact>
    /// Of the limit, or of the request where there is no limit; nil where there is neither.
    let cpu: Double?
    let memory: Double?
    let cpuMillicores: Int
  }

  var usages: [PodUsage] {
    pods.filter { isOwn($0.fact) }.compactMap { pod in
      let containers = pod.fact.containers.filter { !$0.isInit && $0.usage != nil }
      guard !containers.isEmpty else { return nil }
      return PodUsage(
        pod: pod, cpu: containers.compactMap(Self.cpuShare).max(), memory: containers.compactMap(Self.memoryShare).max(),
        cpuMillicores: containers.compactMap { $0.usage?.cpuMillicores }.reduce(0, +))
    }
  }

  private static func cpuShare(_ container: ContainerFact) -> Double? {
    guard let usage = container.usage, let bound = (container.cpuLimit ?? container.cpuRequest).flatMap(Quantity.init),
      bound.thousandths > 0
    else { return nil }
    // Without a limit a container may use more than its request for long and be well.
    let share = Double(usage.cpuMillicores) / bound.thousandths
    return container.cpuLimit == nil ? share / 1.5 : share
  }

  private static func memoryShare(_ container: ContainerFact) -> Double? {
    guard let usage = container.usage, let limit = container.memoryLimit.flatMap({ Quantity($0) }), limit.units > 0 else {
      return nil
    }
    return Double(usage.memoryBytes) / limit.units
  }

  /// Every pod of which the usage is known works at its CPU limit.
  var isSaturated: Bool {
    let known = usages.compactMap(\.cpu)
    return !known.isEmpty && known.allSatisfy { $0 >= Self.saturation } && known.count * 2 >= pods.count
  }

  var saturationText: String {
    let shares = usages.compactMap(\.cpu).map { "\(Int(($0 * 100).rounded())) %" }
    return "\(shares.count) of \(pods.count) pods measured, CPU at \(shares.prefix(6).joined(separator: ", ")) of the limit"
  }

  /// The one pod that works at its limit while all the others idle.
  var hotReplica: PodUsage? {
    let known = usages.filter { $0.cpu != nil }
    let hot = known.filter { ($0.cpu ?? 0) >= Self.saturation }
    guard known.count >= 3, hot.count == 1, known.allSatisfy({ $0.pod.id == hot[0].pod.id || ($0.cpu ?? 1) < Self.idle }) else {
      return nil
    }
    return hot[0]
  }

  /// How many more pods of the workload's template the quotas of the namespace have room for; nil where no quota bounds them.
  var quotaRoom: (pods: Int, by: String)? {
    var least: (pods: Int, by: String)?
    for (_, quota) in evidence.quotas {
      for (resource, hard) in quota.hard {
        guard let room = room(for: resource, hard: hard, used: quota.used[resource]) else { continue }
        if least.map({ room < $0.pods }) ?? true { least = (room, "\(resource) of quota \(quota.name)") }
      }
    }
    return least
  }

  private func room(for resource: String, hard: String, used: String?) -> Int? {
    guard let hard = Quantity(hard), let used = Quantity(used ?? "0") else { return nil }
    let free = hard - used
    if resource == "pods" || resource == "count/pods" { return Int(free.units) }
    guard let need = need(of: resource) else { return nil }
    return free.holds(need)
  }

  /// What one pod takes of a quota's resource: requests stand for both `cpu` and `requests.cpu`.
  private func need(of resource: String) -> Quantity? {
    let parts = resource.split(separator: ".", maxSplits: 1).map(String.init)
    let isLimit = parts.count == 2 && parts[0] == "limits"
    guard parts.count == 1 || isLimit || parts[0] == "requests", let name = parts.last, ["cpu", "memory"].contains(name) else {
      return nil
    }
    let amounts: [Quantity]
    if let template = workload?.template {
      amounts = template.containers.filter { !$0.isInit || $0.isSidecar }.compactMap { spec in
        (isLimit ? spec.limits[name] : spec.requests[name] ?? spec.limits[name]).flatMap { Quantity($0) }
      }
    } else {
      amounts = (pods.first?.fact.containers ?? []).filter { !$0.isInit }.compactMap { container in
        switch (name, isLimit) {
        case ("cpu", true): container.cpuLimit
        case ("cpu", false): container.cpuRequest ?? container.cpuLimit
        case (_, true): container.memoryLimit
        default: container.memoryRequest ?? container.memoryLimit
        }
      }.compactMap { Quantity($0) }
    }
    let sum = amounts.reduce(0) { $0 + $1.thousandths }
    return sum > 0 ? Quantity(thousandths: sum) : nil
  }

  /// More pods by at most as many as there are, eight at most, and no more than the quota has room for. Nil when there is no
  /// room.
  func bounded(_ wanted: Int, from present: Int) -> Int? {
    let most = present + min(max(1, present), 8)
    let room = quotaRoom.map { present + $0.pods } ?? most
    let bounded = min(wanted, most, room)
    return bounded > present ? bounded : nil
  }
}
