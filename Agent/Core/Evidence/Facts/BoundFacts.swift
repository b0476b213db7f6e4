import Kubernetes
import Wire

/// What bounds a workload: autoscaler, disruption budget, quota. Pure.
struct BoundFacts: Sendable {
  let text: SafeText

  func fact(_ scaler: HorizontalPodAutoscaler) -> AutoscalerFact {
    let (spec, status) = (scaler.spec, scaler.status)
    return AutoscalerFact(
      target: Target(
        apiVersion: HorizontalPodAutoscaler.type.apiVersion, kind: HorizontalPodAutoscaler.type.kind,
        namespace: scaler.metadata.namespace ?? "", name: scaler.metadata.name, uid: scaler.metadata.uid),
      scales: WorkloadName(kind: spec.target.kind, name: spec.target.name), minimum: spec.minReplicas, maximum: spec.maxReplicas,
      current: status.currentReplicas, desired: status.desiredReplicas, metrics: metrics(scaler),
      conditions: status.conditions.map(text.condition), lastScaleAt: status.lastScaleTime.map { Timestamp($0) },
      managedBy: manager(of: scaler.metadata).map(text.value))
  }

  private func metrics(_ scaler: HorizontalPodAutoscaler) -> [AutoscalerFact.Metric] {
    scaler.spec.metrics.prefix(EvidenceLimits.others).map { goal in
      let current = scaler.status.currentMetrics.first { $0.type == goal.type && $0.name == goal.name }
      return AutoscalerFact.Metric(
        name: text.value(goal.name), current: current.flatMap { amount($0, like: goal) }.map(text.value),
        goal: text.value(amount(goal, like: goal) ?? "?"))
    }
  }

  /// In the unit of the goal: a current value comes in several.
  private func amount(_ metric: AutoscalerMetric, like goal: AutoscalerMetric) -> String? {
    if goal.utilization != nil { return metric.utilization.map { "\($0)%" } }
    return goal.averageValue != nil ? metric.averageValue : metric.value
  }

  private func manager(of metadata: ObjectMetadata) -> String? {
    if let name = metadata.labels["scaledobject.keda.sh/name"] { return "keda:ScaledObject/\(name)" }
    guard let owner = metadata.controller else { return nil }
    return (owner.kind == CustomKind.scaledObject.rawValue ? "keda:" : "") + "\(owner.kind)/\(owner.name)"
  }

  func fact(_ budget: PodDisruptionBudget) -> BudgetFact {
    let status = budget.status
    return BudgetFact(
      name: budget.metadata.name, minAvailable: budget.minAvailable, maxUnavailable: budget.maxUnavailable,
      disruptionsAllowed: status.disruptionsAllowed, currentHealthy: status.currentHealthy,
      desiredHealthy: status.desiredHealthy, expectedPods: status.expectedPods,
      isObserved: (status.observedGeneration ?? 0) >= (budget.metadata.generation ?? 0))
  }

  func fact(_ quota: ResourceQuota) -> QuotaFact {
    let exhausted = quota.hard.keys.filter { resource in
      guard let hard = quota.hard[resource].flatMap({ Quantity($0) }), let used = quota.used[resource].flatMap({ Quantity($0) })
      else { return false }
      return used >= hard
    }
    return QuotaFact(name: quota.metadata.name, hard: quota.hard, used: quota.used, exhausted: exhausted.sorted())
  }
}
