/// Scales a workload by its usage every 15 seconds (podautoscaler/horizontal.go; recordings, 06 hpa-*).
struct AutoscalerController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.autoscalers])
  static let period = 15.0

  func observe(_ change: Change, _ world: inout World) {
    guard change.kind == .added else { return }
    world.enqueue(.autoscaler, change.key, after: Self.period)
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let autoscaler = world.store.object(ResourceCatalogue.autoscalers, key) else {
      world.recommendations[key] = nil
      return
    }
    var pass = AutoscalerPass(autoscaler, world)
    pass.run(&world)
    var next = world.now + Self.period
    // Of a long past only the end is of interest.
    if let end = world.pastUntil { next = max(next, end - 20 * Self.period) }
    world.queue.add(.autoscaler, key, due: next)
  }
}

/// One pass over one HorizontalPodAutoscaler.
private struct AutoscalerPass {
  private let autoscaler: JSONValue
  private let key: ObjectKey
  private let now: Timestamp
  private var conditions: Conditions
  private var currentReplicas: Int?
  private var desiredReplicas: Int
  private var lastScaleTime: JSONValue?
  private var metrics: [JSONValue]?

  init(_ autoscaler: JSONValue, _ world: World) {
    self.autoscaler = autoscaler
    key = autoscaler.objectKey
    now = world.now
    conditions = Conditions(autoscaler[path: "status", "conditions"]?.array ?? [], now: now)
    currentReplicas = autoscaler[path: "status", "currentReplicas"]?.integer
    desiredReplicas = autoscaler[path: "status", "desiredReplicas"]?.integer ?? 0
    lastScaleTime = autoscaler[path: "status", "lastScaleTime"]
  }

  private var least: Int { autoscaler[path: "spec", "minReplicas"]?.integer ?? 1 }
  private var most: Int { autoscaler[path: "spec", "maxReplicas"]?.integer ?? 1 }

  mutating func run(_ world: inout World) {
    let reference = autoscaler[path: "spec", "scaleTargetRef"] ?? [:]
    let name = reference["name"]?.string ?? ""
    let type = ResourceCatalogue.type(
      apiVersion: reference["apiVersion"]?.string ?? "apps/v1", kind: reference["kind"]?.string ?? "Deployment")
    guard let type, type.hasScale, let target = world.store.object(type, ObjectKey(namespace: key.namespace, name: name)) else {
      let words =
        type.map { "\($0.qualifiedName) \"\(name)\" not found" }
        ?? "no matches for kind \"\(reference["kind"]?.string ?? "")\" in group \"\""
      conditions.replace(
        "AbleToScale", "False", "FailedGetScale", "the HPA controller was unable to get the target's current scale: \(words)")
      note(.warning, "FailedGetScale", words, &world)
      return writeStatus(&world)
    }
    conditions.replace(
      "AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
    decide(for: target, type, &world)
    writeStatus(&world)
  }

  private mutating func decide(for target: JSONValue, _ type: ResourceType, _ world: inout World) {
    let current = target[path: "spec", "replicas"]?.integer ?? 1
    currentReplicas = current
    var desired = current
    var reason = ""
    if current == 0, least != 0 {
      conditions.replace(
        "ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
      desired = 0
    } else if current > most {
      (desired, reason) = (most, "Current number of replicas above Spec.MaxReplicas")
    } else if current < least {
      (desired, reason) = (least, "Current number of replicas below Spec.MinReplicas")
    } else {
      guard let (proposed, why) = propose(for: target, current, &world) else { return }
      if proposed > current { reason = "\(why) above target" }
      if proposed < current { reason = "All metrics below target" }
      desired = limit(stabilise(proposed, current, &world), current)
    }
    desiredReplicas = desired
    if desired != current { rescale(target, type, to: desired, reason, &world) }
  }

  /// The count that the metrics ask for; `nil` when none can be had: then nothing is scaled.
  private mutating func propose(
    for target: JSONValue, _ current: Int, _ world: inout World
  ) -> (replicas: Int, why: String)? {
    let calculation = ReplicaCalculation(target: target, current: current, world: world)
    let specs = autoscaler[path: "spec", "metrics"]?.array ?? []
    var best: (replicas: Int, why: String)?
    var failures: [MetricFailure] = []
    var seen: [JSONValue] = []
    for spec in specs {
      do throws(MetricFailure) {
        let proposal = try calculation.proposal(for: spec)
        seen.append(proposal.status)
        if best == nil || proposal.replicas > (best?.replicas ?? 0) { best = (proposal.replicas, proposal.name) }
      } catch {
        failures.append(error)
        seen.append(["type": ""])
        note(.warning, error.reason, error.message, &world)
      }
    }
    metrics = seen
    // With a metric missing nothing is scaled down.
    if let first = failures.first, best == nil || (best?.replicas ?? 0) < current {
      let words = "invalid metrics (\(failures.count) invalid out of \(specs.count)), first error is: \(first.inner)"
      note(.warning, "FailedComputeMetricsReplicas", words, &world)
      conditions.replace(
        "ScalingActive", "False", first.reason, "the HPA was unable to compute the replica count: \(first.message)")
      if failures.count == specs.count { desiredReplicas = autoscaler[path: "status", "desiredReplicas"]?.integer ?? 0 }
      return nil
    }
    guard let best else { return nil }
    conditions.replace(
      "ScalingActive", "True", "ValidMetricFound",
      "the HPA was able to successfully calculate a replica count from \(best.why)")
    return best
  }

  /// Downwards the highest recommendation of the window counts, five minutes unless said otherwise.
  private mutating func stabilise(_ proposed: Int, _ current: Int, _ world: inout World) -> Int {
    let behavior = autoscaler[path: "spec", "behavior"]
    let down = Double(behavior?[path: "scaleDown", "stabilizationWindowSeconds"]?.integer ?? 300)
    let up = Double(behavior?[path: "scaleUp", "stabilizationWindowSeconds"]?.integer ?? 0)
    var past = (world.recommendations[key] ?? []).filter { now - $0.time <= max(down, up) }
    let highest = past.filter { now - $0.time < down }.map(\.replicas).max() ?? proposed
    let lowest = past.filter { now - $0.time < up }.map(\.replicas).min() ?? proposed
    past.append((now, proposed))
    world.recommendations[key] = past
    let held = min(max(current, min(lowest, proposed)), max(highest, proposed))
    if held == proposed {
      conditions.replace("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
    } else if proposed < held {
      conditions.replace(
        "AbleToScale", "True", "ScaleDownStabilized",
        "recent recommendations were higher than current one, applying the highest recent recommendation")
    } else {
      conditions.replace(
        "AbleToScale", "True", "ScaleUpStabilized",
        "recent recommendations were lower than current one, applying the lowest recent recommendation")
    }
    return held
  }

  /// At most twice as many, or four more, at a time; never outside the bounds.
  private mutating func limit(_ wanted: Int, _ current: Int) -> Int {
    let fastest = max(current * 2, current + 4)
    if wanted > min(fastest, most), fastest < most {
      conditions.replace(
        "ScalingLimited", "True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
      return fastest
    }
    if wanted > most {
      conditions.replace(
        "ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more than the maximum replica count")
      return most
    }
    if wanted < least {
      conditions.replace(
        "ScalingLimited", "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count")
      return least
    }
    conditions.replace("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range")
    return wanted
  }

  private mutating func rescale(
    _ target: JSONValue, _ type: ResourceType, to desired: Int, _ reason: String, _ world: inout World
  ) {
    world.update(type, target.objectKey) { target in
      target["spec"]?["replicas"] = .integer(Int64(desired))
      World.raiseGeneration(&target)
    }
    lastScaleTime = .string(now.rfc3339)
    conditions.replace(
      "AbleToScale", "True", "SucceededRescale", "the HPA controller was able to update the target scale to \(desired)")
    note(.normal, "SuccessfulRescale", "New size: \(desired); reason: \(reason)", &world)
  }

  private func note(_ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World) {
    world.record(kind, reason, message, about: autoscaler, ResourceCatalogue.autoscalers, component: "horizontal-pod-autoscaler")
  }

  private func writeStatus(_ world: inout World) {
    var status: JSONValue = [:]
    status["lastScaleTime"] = lastScaleTime
    if let currentReplicas, currentReplicas > 0 { status["currentReplicas"] = .integer(Int64(currentReplicas)) }
    status["desiredReplicas"] = .integer(Int64(desiredReplicas))
    status["currentMetrics"] = metrics.map(JSONValue.array) ?? .null
    status["conditions"] = .array(conditions.list)
    world.update(ResourceCatalogue.autoscalers, key) { $0["status"] = status }
  }
}
