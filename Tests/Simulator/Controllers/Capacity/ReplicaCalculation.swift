/// Why a metric could not be had.
struct MetricFailure: Error {
  /// `FailedGetResourceMetric`, …
  let reason: String
  let message: String
  /// The message as it is quoted among several.
  let inner: String

  static func resource(_ name: String, _ kind: String, _ cause: String) -> MetricFailure {
    let message = "failed to get \(name) \(kind): \(cause)"
    return MetricFailure(
      reason: "FailedGetResourceMetric", message: message, inner: "failed to get \(name) resource metric value: \(message)")
  }
}

/// How many replicas a metric asks for (podautoscaler/replica_calculator.go).
struct ReplicaCalculation {
  /// A ratio this near to 1 changes nothing.
  static let tolerance = 0.1

  struct Proposal {
    let replicas: Int
    /// `cpu resource utilization (percentage of request)`.
    let name: String
    /// The entry of `status.currentMetrics`.
    let status: JSONValue
  }

  let current: Int
  private let pods: [JSONValue]
  private let world: World

  init(target: JSONValue, current: Int, world: World) {
    self.current = current
    self.world = world
    let selector = LabelSelector(workload: target[path: "spec", "selector"])
    pods = world.store.objects(ResourceCatalogue.pods, namespace: target.namespace).map(\.value).filter(selector.matches)
  }

  func proposal(for spec: JSONValue) throws(MetricFailure) -> Proposal {
    switch spec["type"]?.string {
    case "Resource": return try proposal(resource: spec["resource"] ?? [:], container: nil, type: "Resource", member: "resource")
    case "ContainerResource":
      let resource = spec["containerResource"] ?? [:]
      return try proposal(
        resource: resource, container: resource["container"]?.string, type: "ContainerResource", member: "containerResource")
    case "Object", "Pods", "External":
      let type = spec["type"]?.string ?? ""
      let group = type == "External" ? "external" : "custom"
      let metric = spec[type.lowercased()]?[path: "metric", "name"]?.string ?? ""
      let message =
        "unable to get metric \(metric): unable to fetch metrics from \(group) metrics API: "
        + "the server could not find the metric \(metric) for \(type.lowercased())"
      throw MetricFailure(reason: "FailedGet\(type)Metric", message: message, inner: message)
    case let other:
      let message = "unknown metric source type \"\(other ?? "")\""
      throw MetricFailure(reason: "InvalidMetricSourceType", message: message, inner: message)
    }
  }

  private func proposal(
    resource: JSONValue, container: String?, type: String, member: String
  ) throws(MetricFailure) -> Proposal {
    let name = resource["name"]?.string ?? "cpu"
    let target = resource["target"] ?? [:]
    let isUtilization = target["averageUtilization"] != nil
    let kind = isUtilization ? "utilization" : "usage"
    let samples = try samples(name, container, kind)
    let total = samples.measured.reduce(0) { $0 + $1.usage }
    let requests = try isUtilization ? requests(name, container, of: samples.measured.map(\.pod), kind) : 0
    let goal =
      isUtilization
      ? Double(target["averageUtilization"]?.integer ?? 80) / 100 * requests / Double(max(1, samples.measured.count))
      : Quantity(target["averageValue"]).map { Double($0.milli) } ?? 1
    let average = total / Double(max(1, samples.measured.count))
    var status: JSONValue = [:]
    if isUtilization { status["averageUtilization"] = .integer(Int64(total * 100 / max(1, requests))) }
    status["averageValue"] = .string(Quantity(milli: Int64(average), isBinary: name == "memory").text)
    var entry: JSONValue = ["name": .string(name)]
    if let container { entry["container"] = .string(container) }
    entry["current"] = status
    let words =
      isUtilization
      ? "\(name) \(container == nil ? "" : "container ")resource utilization (percentage of request)" : "\(name) resource"
    return Proposal(
      replicas: replicas(goal: goal, total: total, samples), name: words, status: ["type": .string(type), member: entry])
  }

  private struct Samples {
    /// Thousandths.
    var measured: [(pod: JSONValue, usage: Double)] = []
    /// Not ready yet: counted as idle when that matters.
    var unready = 0
    /// Ready, but without metrics.
    var missing = 0
  }

  private func samples(_ name: String, _ container: String?, _ kind: String) throws(MetricFailure) -> Samples {
    switch world.metricsServer {
    case .running: break
    case .absent:
      throw .resource(
        name, kind,
        "unable to get metrics for resource \(name): unable to fetch metrics from resource metrics API: the server could not "
          + "find the requested resource (get pods.metrics.k8s.io)")
    case .down:
      throw .resource(
        name, kind,
        "unable to get metrics for resource \(name): unable to fetch metrics from resource metrics API: the server is currently "
          + "unable to handle the request (get pods.metrics.k8s.io)")
    }
    var samples = Samples()
    var any = false
    for pod in pods where pod.isPodActive && !pod.isBeingDeleted {
      guard let usage = PodUsage.usage(of: pod, world) else {
        if pod[path: "status", "phase"]?.string == "Pending" { samples.unready += 1 } else { samples.missing += 1 }
        continue
      }
      any = true
      guard name != "cpu" || pod.isPodReady else {
        samples.unready += 1
        continue
      }
      let chosen = usage.filter { container == nil || $0.container == container }
      samples.measured.append((pod, chosen.reduce(0) { $0 + (name == "cpu" ? $1.cpu : $1.memory * 1000) }))
    }
    guard any else {
      throw .resource(
        name, kind, "unable to get metrics for resource \(name): no metrics returned from resource metrics API")
    }
    guard !samples.measured.isEmpty else {
      throw .resource(name, kind, "did not receive metrics for targeted pods (pods might be unready)")
    }
    return samples
  }

  private func requests(
    _ name: String, _ container: String?, of pods: [JSONValue], _ kind: String
  ) throws(MetricFailure) -> Double {
    var sum = 0.0
    for pod in pods {
      for spec in pod[path: "spec", "containers"]?.array ?? [] where container == nil || spec["name"]?.string == container {
        guard let request = PodResources.given("requests", name, of: spec) else {
          throw .resource(
            name, kind, "missing request for \(name) in container \(spec["name"]?.string ?? "") of Pod \(pod.name)")
        }
        sum += Double(request.milli)
      }
    }
    return sum
  }

  /// `ceil(ratio * ready)`; pods without a measurement count as idle on the way up and as on target on the way down.
  private func replicas(goal: Double, total: Double, _ samples: Samples) -> Int {
    let ready = Double(samples.measured.count)
    guard goal > 0 else { return current }
    let ratio = total / ready / goal
    if samples.missing == 0, samples.unready == 0 || ratio < 1 {
      return abs(1 - ratio) <= Self.tolerance ? current : Int((ratio * ready - 1e-9).rounded(.up))
    }
    let assumed = ratio > 1 ? 0 : goal * Double(samples.missing)
    let counted = ready + Double(samples.missing) + (ratio > 1 ? Double(samples.unready) : 0)
    let corrected = (total + assumed) / counted / goal
    if abs(1 - corrected) <= Self.tolerance || (ratio > 1) != (corrected > 1) { return current }
    let proposed = Int((corrected * counted - 1e-9).rounded(.up))
    return (corrected > 1) == (proposed > current) ? proposed : current
  }
}
