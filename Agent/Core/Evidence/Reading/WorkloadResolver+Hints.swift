import Kubernetes
import Wire

extension WorkloadResolver {
  /// From an object that the alert names to the workload that it serves.
  func followHints(_ subject: inout Subject) async {
    for type in Workload.kinds {
      for name in subject.hints[type] where subject.workload == nil {
        subject.workload = await find(type.kind, name, &subject)
      }
    }
    for name in subject.hints[HorizontalPodAutoscaler.type] where subject.workload == nil {
      await followAutoscaler(name, &subject)
    }
    for name in subject.hints[Service.type] where subject.workload == nil { await followService(name, &subject) }
    for name in subject.hints[PersistentVolumeClaim.type] where subject.workload == nil { await followClaim(name, &subject) }
  }

  private func followAutoscaler(_ name: String, _ subject: inout Subject) async {
    let found: HorizontalPodAutoscaler? = await read("horizontalpodautoscalers/\(name)", &subject) { () throws(KubernetesError) in
      try await client.get(named: name, namespace: namespace)
    }
    guard let target = found?.spec.target else { return }
    subject.workload = await find(target.kind, target.name, &subject)
  }

  /// The workload of the pods behind it, or, when its selector matches none, the one that it is meant for by its name.
  private func followService(_ name: String, _ subject: inout Subject) async {
    let service: Service? = await read("services/\(name)", &subject) { () throws(KubernetesError) in
      try await client.get(named: name, namespace: namespace)
    }
    if let selector = service?.selector, !selector.isEmpty {
      let options = ListOptions(labelSelector: LabelText.query(selector), pageSize: 20, maximumItems: 20, truncates: true)
      let pods = await read("pods of services/\(name)", &subject) { () throws(KubernetesError) in
        try await client.list(Pod.self, namespace: namespace, options: options).items
      }
      await follow(pods ?? [], &subject)
    }
    guard let service, subject.workload == nil else { return }
    subject.workload = await byName(name, &subject)
    if subject.workload == nil { subject.workload = await byLabels(service.selector, &subject) }
  }

  /// The one workload whose pods come nearest to what a selector that matches none asks for.
  private func byLabels(_ selector: [String: String], _ subject: inout Subject) async -> Workload? {
    let options = ListOptions(pageSize: 100, maximumItems: EvidenceLimits.listedObjects, truncates: true)
    let deployments = await read("deployments", &subject) { () throws(KubernetesError) in
      try await client.list(Deployment.self, namespace: namespace, options: options).items
    }
    let sets = await read("statefulsets", &subject) { () throws(KubernetesError) in
      try await client.list(StatefulSet.self, namespace: namespace, options: options).items
    }
    let all = (deployments ?? []).map { Workload($0) } + (sets ?? []).map { Workload($0) }
    return NearestWorkload.find(all, selector: selector)
  }

  private func followClaim(_ name: String, _ subject: inout Subject) async {
    let mounts: @Sendable (Pod) -> Pod? = { pod in
      pod.spec.volumes.contains { $0.persistentVolumeClaim?.claimName == name } ? pod : nil
    }
    let pods = await read("pods that mount persistentvolumeclaims/\(name)", &subject) { () throws(KubernetesError) in
      let options = ListOptions(maximumItems: 10 * EvidenceLimits.listedPods, truncates: true)
      return try await client.list(Pod.self, namespace: namespace, options: options, keeping: mounts).items
    }
    await follow((pods ?? []).compactMap { $0 }, &subject)
    guard subject.workload == nil else { return }
    // `data-readings-db-0` is the claim `data` of the pod `readings-db-0`, which need not exist now.
    let parts = name.split(separator: "-").map(String.init)
    for start in parts.indices.dropFirst() where subject.workload == nil {
      for origin in PodNameOrigin.candidates(parts[start...].joined(separator: "-"))
      where origin.kind == StatefulSet.type.kind && subject.workload == nil {
        subject.workload = await quietly(&subject) { await find(origin.kind, origin.name, &$0) }
      }
    }
  }

  /// The pods themselves are not named by the alert: they lead on and are left.
  private func follow(_ pods: [Pod], _ subject: inout Subject) async {
    let named = subject.pods
    for pod in pods.sorted(by: { $1.urgency < $0.urgency }) where subject.workload == nil {
      subject.workload = await top(of: pod, &subject)
    }
    subject.pods = named
  }

  private func byName(_ name: String, _ subject: inout Subject) async -> Workload? {
    let bare = ["-service", "-svc", "-headless"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
    for candidate in [name, bare].compactMap({ $0 }) {
      for type in [Deployment.type, StatefulSet.type, DaemonSet.type] {
        if let found = await quietly(&subject, { await find(type.kind, candidate, &$0) }) { return found }
      }
    }
    return nil
  }
}

/// Labels as text.
enum LabelText {
  /// The form of the query parameter `labelSelector`.
  static func query(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
