import Kubernetes
import Wire

/// A Service of the namespace with what was read for it.
struct ServiceReading: Sendable {
  /// As much of a pod as a Service needs.
  struct Backend: Sendable {
    let isReady: Bool
    let readySince: APITime?

    init(_ pod: Pod) {
      isReady = pod.isReady
      readySince = pod.status.conditions.first(type: "Ready")?.lastTransitionTime
    }
  }

  let service: Service
  let role: ServiceFact.Role
  /// Those that the selector matches; `nil` when it has none, or they could not be read.
  var backends: [Backend]?
  /// `nil` when they could not be read.
  var slices: [EndpointSlice]?
  /// Labels that pods carry instead of those that the selector asks for.
  var nearMisses: [String] = []
}

/// Services as facts. Pure.
struct ServiceFacts: Sendable {
  let text: SafeText

  func fact(_ reading: ServiceReading) -> ServiceFact {
    let service = reading.service
    let endpoints = reading.slices?.flatMap(\.endpoints)
    let backends = reading.backends ?? []
    let ready = backends.filter(\.isReady)
    let changed = service.edits.filter { $0.touchesSpec && $0.subresource == nil }.compactMap(\.time).max()
    return ServiceFact(
      name: service.metadata.name, ports: service.ports, readyPods: ready.count, notReadyPods: backends.count - ready.count,
      readySince: ready.compactMap(\.readySince).min().map { Timestamp($0) }, role: reading.role,
      selector: text.map(service.selector), readyEndpoints: endpoints?.count { $0.ready && !$0.terminating },
      notReadyEndpoints: endpoints?.count { !$0.ready || $0.terminating }, nearMisses: reading.nearMisses.map(text.value),
      changedAt: (changed ?? service.metadata.creationTimestamp).map { Timestamp($0) })
  }
}

/// Which Services are meant to lead to the workload. Pure.
enum OwnServices {
  static func find(_ services: [Service], workload: Workload?, pods: [Pod], hints: ObjectHints) -> [Service] {
    let labels = workload?.template?.metadata.labels ?? pods.first?.metadata.labels ?? [:]
    let names = Set([workload?.metadata.name, workload?.governingService].compactMap { $0 }).union(hints[Service.type])
    return services.filter { service in
      if names.contains(service.metadata.name) { return true }
      return !service.selector.isEmpty && !labels.isEmpty && service.selector.allSatisfy { labels[$0.key] == $0.value }
    }
  }

  /// Labels that come nearest to what a selector that matches no pod asks for, those of the workload first.
  static func nearMisses(of selector: [String: String], template: [String: String], pods: [[String: String]]) -> [String] {
    let candidates = (template.isEmpty ? [] : [template]) + pods
    let ranked = candidates.enumerated().map { index, labels in
      let matching = selector.count { labels[$0.key] == $0.value }
      let alike = selector.values.contains { wanted in labels.values.contains { $0.contains(wanted) || wanted.contains($0) } }
      let isOwn = index == 0 && !template.isEmpty
      return (labels: labels, score: 4 * matching + (isOwn ? 2 : 0) + (alike ? 1 : 0), index: index)
    }.filter { $0.score > 0 }.sorted { ($1.score, $0.index) < ($0.score, $1.index) }
    var misses: [String] = []
    for candidate in ranked {
      for (key, wanted) in selector.sorted(by: { $0.key < $1.key }) where candidate.labels[key] != wanted {
        let other =
          candidate.labels[key].map { (key, $0) } ?? candidate.labels.first { $0.value == wanted }.map { ($0.key, $0.value) }
        guard let other, !misses.contains("\(other.0)=\(other.1)") else { continue }
        misses.append("\(other.0)=\(other.1)")
      }
    }
    return Array(misses.prefix(EvidenceLimits.others))
  }
}

extension Workload {
  var governingService: String? {
    guard case .statefulSet(_, let service) = particulars else { return nil }
    return service
  }
}
