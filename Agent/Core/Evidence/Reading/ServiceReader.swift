import Kubernetes
import Wire

/// Reads which pods and endpoints stand behind Services.
struct ServiceReader: Sendable {
  let client: KubernetesClient
  let namespace: String
  let deadline: ContinuousClock.Instant

  /// - Parameter template: labels of the workload's pods, which the selector of one of its own Services should match.
  func read(_ services: [(Service, ServiceFact.Role)], template: [String: String]) async -> (
    [ServiceReading], [Evidence.Omission]
  ) {
    guard !services.isEmpty else { return ([], []) }
    var found = Reading()
    await plan(services.map(\.0)).run(into: &found)
    var readings = services.map { service, role in
      ServiceReading(
        service: service, role: role, backends: found.backends[service.metadata.name],
        slices: found.slices.map { slices in slices.filter { $0.service == service.metadata.name } })
    }
    let astray = readings.indices.filter { readings[$0].backends?.isEmpty == true }
    if !astray.isEmpty {
      let labels = await labels(&found.omissions)
      for index in astray {
        readings[index].nearMisses = OwnServices.nearMisses(
          of: readings[index].service.selector, template: readings[index].role == .own ? template : [:], pods: labels)
      }
    }
    return (readings, found.omissions)
  }

  private func plan(_ services: [Service]) -> ReadPlan {
    var plan = ReadPlan(client: client, namespace: namespace, deadline: deadline)
    let (client, namespace) = (client, namespace)
    let names = services.map(\.metadata.name).joined(separator: ",")
    plan.read(EndpointSlice.type.plural) { () throws(KubernetesError) in
      let options = ListOptions(
        labelSelector: "\(EndpointSlice.serviceLabel) in (\(names))", maximumItems: EvidenceLimits.listedObjects, truncates: true)
      return try await client.list(EndpointSlice.self, namespace: namespace, options: options).items
    } land: {
      $0.slices = $1
    }
    for service in services where !service.selector.isEmpty {
      let name = service.metadata.name
      let options = ListOptions(
        labelSelector: LabelText.query(service.selector), maximumItems: EvidenceLimits.listedPods, truncates: true)
      plan.read("pods of services/\(name)") { () throws(KubernetesError) in
        try await client.list(Pod.self, namespace: namespace, options: options) { ServiceReading.Backend($0) }.items
      } land: {
        $0.backends[name] = $1
      }
    }
    return plan
  }

  /// Each set of labels once.
  private func labels(_ omissions: inout [Evidence.Omission]) async -> [[String: String]] {
    let (client, namespace) = (client, namespace)
    let answer = await ReadPlan.before(deadline) { () throws(KubernetesError) in
      let options = ListOptions(maximumItems: EvidenceLimits.listedPods, truncates: true)
      return try await client.listMetadata(of: Pod.type, namespace: namespace, options: options).items.map(\.metadata.labels)
    }
    switch answer {
    case .success(let labels):
      return Set(labels).sorted { LabelText.query($0) < LabelText.query($1) }
    case .failure(let failure):
      omissions.append(.init(what: "labels of pods", why: failure.reason))
      return []
    }
  }
}
