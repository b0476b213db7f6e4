import Kubernetes
import Wire

/// A pod template as a fact, read from the whole of it. Pure.
struct TemplateFacts: Sendable {
  let text: SafeText

  func fact(_ template: PodTemplate) -> TemplateFact {
    let spec = template.whole["spec"] ?? .null
    let metadata = template.whole["metadata"] ?? .null
    return TemplateFact(
      labels: text.map(metadata.strings("labels")),
      annotations: text.map(metadata.strings("annotations").filter { Self.isTelling($0.key) }),
      containers: containers(spec["initContainers"], isInit: true) + containers(spec["containers"], isInit: false),
      volumes: (spec["volumes"]?.arrayValue ?? []).map(volume), nodeSelector: text.map(spec.strings("nodeSelector")),
      tolerations: (spec["tolerations"]?.arrayValue ?? []).map { text.value(SchedulingText.toleration($0)) },
      affinity: SchedulingText.affinity(spec).map(text.value), serviceAccount: spec["serviceAccountName"]?.stringValue,
      priorityClass: spec["priorityClassName"]?.stringValue, restartPolicy: spec["restartPolicy"]?.stringValue,
      terminationGraceSeconds: spec.integer("terminationGracePeriodSeconds"))
  }

  /// Annotations that start, stop or change pods.
  private static func isTelling(_ key: String) -> Bool {
    let key = key.lowercased()
    return ["restartedat", "checksum", "hash", "inject", "ai-sre.dev/", "safe-to-evict", "reload"].contains { key.contains($0) }
  }

  private func containers(_ list: JSONValue?, isInit: Bool) -> [ContainerSpecFact] {
    (list?.arrayValue ?? []).map { container in
      ContainerSpecFact(
        name: container.text("name"), image: text.value(container.text("image")),
        command: text.words(container.texts("command") + container.texts("args")),
        requests: container["resources"]?.strings("requests") ?? [:], limits: container["resources"]?.strings("limits") ?? [:],
        probes: ProbeFact.Kind.allCases.compactMap { kind in container["\(kind.rawValue)Probe"].map { probe(kind, $0) } },
        environment: environment(container), mounts: (container["volumeMounts"]?.arrayValue ?? []).map(mount),
        ports: (container["ports"]?.arrayValue ?? []).compactMap { $0.integer("containerPort") },
        imagePullPolicy: container["imagePullPolicy"]?.stringValue,
        readOnlyRootFilesystem: container["securityContext"]?["readOnlyRootFilesystem"]?.boolValue ?? false, isInit: isInit,
        isSidecar: isInit && container["restartPolicy"]?.stringValue == "Always")
    }
  }

  /// Times that are left out have the defaults of the API.
  private func probe(_ kind: ProbeFact.Kind, _ probe: JSONValue) -> ProbeFact {
    ProbeFact(
      kind: kind, check: text.value(check(probe)), initialDelay: probe.integer("initialDelaySeconds") ?? 0,
      period: probe.integer("periodSeconds") ?? 10, timeout: probe.integer("timeoutSeconds") ?? 1,
      failureThreshold: probe.integer("failureThreshold") ?? 3)
  }

  private func check(_ probe: JSONValue) -> String {
    if let get = probe["httpGet"] {
      let scheme = get.text("scheme").uppercased() == "HTTPS" ? "https " : ""
      return "httpGet \(scheme)\(get.text("host")):\(get.text("port"))\(get.text("path"))"
    }
    if let socket = probe["tcpSocket"] { return "tcpSocket \(socket.text("host")):\(socket.text("port"))" }
    if let call = probe["grpc"] { return "grpc :\(call.text("port"))" }
    if let exec = probe["exec"] { return "exec " + text.words(exec.texts("command")).joined(separator: " ") }
    return "none"
  }

  private func environment(_ container: JSONValue) -> [EnvironmentFact] {
    let single = (container["env"]?.arrayValue ?? []).map { variable in
      let name = text.value(variable.text("name"))
      let source = variable["valueFrom"]
      for (member, kind) in [("configMapKeyRef", EnvironmentFact.Source.configMap), ("secretKeyRef", .secret)] {
        guard let reference = source?[member] else { continue }
        return EnvironmentFact(
          name: name, source: kind, object: reference["name"]?.stringValue, key: reference["key"]?.stringValue,
          optional: reference["optional"]?.boolValue ?? false)
      }
      return EnvironmentFact(name: name, source: source == nil ? .value : .field)
    }
    let whole = (container["envFrom"]?.arrayValue ?? []).compactMap { source -> EnvironmentFact? in
      for (member, kind) in [("configMapRef", EnvironmentFact.Source.allOfConfigMap), ("secretRef", .allOfSecret)] {
        guard let reference = source[member] else { continue }
        return EnvironmentFact(
          name: "", source: kind, object: reference["name"]?.stringValue, optional: reference["optional"]?.boolValue ?? false)
      }
      return nil
    }
    return single + whole
  }

  private func mount(_ mount: JSONValue) -> MountFact {
    let subPath = mount["subPath"]?.stringValue ?? mount["subPathExpr"]?.stringValue
    return MountFact(
      volume: mount.text("name"), path: text.value(mount.text("mountPath")),
      subPath: subPath.flatMap { $0.isEmpty ? nil : text.value($0) }, readOnly: mount["readOnly"]?.boolValue ?? false)
  }

  private func volume(_ volume: JSONValue) -> VolumeFact {
    let sources: [(String, VolumeFact.Kind, String?)] = [
      ("configMap", .configMap, "name"), ("secret", .secret, "secretName"),
      ("persistentVolumeClaim", .persistentVolumeClaim, "claimName"), ("emptyDir", .emptyDir, nil),
      ("projected", .projected, nil), ("hostPath", .hostPath, "path"), ("ephemeral", .ephemeral, nil), ("csi", .csi, "driver"),
    ]
    for (member, kind, name) in sources {
      guard let source = volume[member] else { continue }
      return VolumeFact(
        name: volume.text("name"), kind: kind, object: name.flatMap { source[$0]?.stringValue }.map(text.value),
        optional: source["optional"]?.boolValue ?? false)
    }
    return VolumeFact(name: volume.text("name"), kind: .other)
  }
}

extension JSONValue {
  /// A text or a whole number; empty when the member is anything else or missing.
  func text(_ member: String) -> String {
    switch self[member] {
    case .string(let text)?: text
    case .integer(let number)?: String(number)
    default: ""
    }
  }

  func integer(_ member: String) -> Int? { self[member]?.integerValue.flatMap { Int(exactly: $0) } }

  func texts(_ member: String) -> [String] { (self[member]?.arrayValue ?? []).compactMap(\.stringValue) }

  /// Members that are text or whole numbers.
  func strings(_ member: String) -> [String: String] {
    guard let map = self[member], let members = map.objectValue else { return [:] }
    return Dictionary(uniqueKeysWithValues: members.keys.map { ($0, map.text($0)) })
  }
}
