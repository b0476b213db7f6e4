/// Whether there is somebody who answers for metrics.k8s.io.
public enum MetricsServer: String, Sendable, Hashable {
  case running
  /// Nobody is registered: 404.
  case absent
  /// Registered and not answering: 503.
  case down
}

/// What containers use: a steady part of their request, unless an annotation or a fault says otherwise.
enum PodUsage {
  /// Usage without anything said, of the request.
  static let ordinaryShare = 0.4
  /// A container's usage shows so many seconds after its start.
  static let firstScrape = 15.0

  struct Usage: Sendable {
    let container: String
    /// Thousandths of a core.
    let cpu: Double
    /// Bytes.
    let memory: Double
  }

  /// The usage of a pod's running containers, `nil` when the metrics server knows nothing of it.
  static func usage(of pod: JSONValue, _ world: World) -> [Usage]? {
    guard let runtime = world.runtimes[pod.uid], pod.isPodActive, FaultAnnotation.value("metrics", pod) != "missing",
      let node = pod[path: "spec", "nodeName"]?.string, !world.isSilent(node)
    else { return nil }
    let view = FaultTable.Pod(pod, workload: runtime.workload)
    var result: [Usage] = []
    for spec in pod[path: "spec", "containers"]?.array ?? [] {
      let name = spec["name"]?.string ?? ""
      guard let since = runtime.containers.first(where: { $0.name == name })?.runningSince, world.now - since >= firstScrape
      else { continue }
      let said =
        world.faults.entries.isEmpty ? (cpu: nil, memory: nil) : world.faults.usage(for: view, container: name, now: world.now)
      let jitter = Double(PodTemplateHash.number(pod.uid + name) % 100) / 2000
      func amount(_ resource: String, _ said: String?, _ fallback: Double) -> Double {
        let request = PodResources.given("requests", resource, of: spec).map { Double($0.milli) / 1000 } ?? fallback
        let text = said ?? FaultAnnotation.value(resource, pod)
        if let text, text.hasSuffix("%"), let percent = Double(text.dropLast()) { return request * percent / 100 }
        if let text, let quantity = Quantity(text) { return Double(quantity.milli) / 1000 }
        return request * (ordinaryShare + jitter)
      }
      result.append(
        Usage(
          container: name, cpu: amount("cpu", said.cpu, 0.05) * 1000,
          memory: amount("memory", said.memory, 64 * 1_048_576)))
    }
    return result.isEmpty ? nil : result
  }

  /// The PodMetrics object of a pod.
  static func metrics(of pod: JSONValue, _ world: World) -> JSONValue? {
    guard let usage = usage(of: pod, world) else { return nil }
    var metadata: JSONValue = [
      "name": .string(pod.name), "namespace": .string(pod.namespace), "creationTimestamp": .string(world.now.rfc3339),
    ]
    metadata["labels"] = pod[path: "metadata", "labels"]
    return [
      "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata,
      "timestamp": .string(world.scrapedAt.rfc3339), "window": "15.03s",
      "containers": .array(usage.map { ["name": .string($0.container), "usage": amounts($0.cpu, $0.memory)] }),
    ]
  }

  static func amounts(_ cpu: Double, _ memory: Double) -> JSONValue {
    ["cpu": .string("\(Int64(cpu * 1_000_000))n"), "memory": .string("\(Int64(memory / 1024))Ki")]
  }

  /// The NodeMetrics object of a node: its pods and a little for the system.
  static func metrics(ofNode node: JSONValue, pods: [JSONValue], _ world: World) -> JSONValue? {
    guard !world.isSilent(node.name) else { return nil }
    let usage = pods.filter { $0[path: "spec", "nodeName"]?.string == node.name }.compactMap { self.usage(of: $0, world) }
      .joined()
    var metadata: JSONValue = ["name": .string(node.name), "creationTimestamp": .string(world.now.rfc3339)]
    metadata["labels"] = node[path: "metadata", "labels"]
    return [
      "kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata,
      "timestamp": .string(world.scrapedAt.rfc3339), "window": "20.05s",
      "usage": amounts(usage.reduce(150) { $0 + $1.cpu }, usage.reduce(800 * 1_048_576) { $0 + $1.memory }),
    ]
  }
}

extension World {
  /// The metrics server's latest look: every 15 s.
  var scrapedAt: Timestamp { Timestamp(nanoseconds: now.seconds / 15 * 15 * 1_000_000_000) }

  /// Brings the objects of metrics.k8s.io up to date; they are only kept for readers.
  mutating func refreshMetrics(namespace: String) {
    guard !standsStill else { return }
    let pods = store.objects(ResourceCatalogue.pods).map(\.value)
    for (key, _) in store.objects(ResourceCatalogue.podMetrics) { store.remove(ResourceCatalogue.podMetrics, key) }
    for pod in pods where namespace.isEmpty || pod.namespace == namespace {
      if let metrics = PodUsage.metrics(of: pod, self) { store.put(ResourceCatalogue.podMetrics, pod.objectKey, metrics) }
    }
    for (key, node) in store.objects(ResourceCatalogue.nodes) {
      if let metrics = PodUsage.metrics(ofNode: node, pods: pods, self) {
        store.put(ResourceCatalogue.nodeMetrics, key, metrics)
      } else {
        store.remove(ResourceCatalogue.nodeMetrics, key)
      }
    }
  }
}
