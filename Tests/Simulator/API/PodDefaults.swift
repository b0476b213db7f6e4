/// The defaults of a pod's spec, in a pod and in the template of a workload (recordings, 02 create, 05 create).
enum PodDefaults {
  /// Completes a pod on its creation; `suffix` names its token volume.
  static func apply(to pod: inout JSONValue, suffix: String) {
    var spec = pod["spec"] ?? [:]
    applyTemplate(&spec)
    let account = spec["serviceAccountName"]?.string ?? spec["serviceAccount"]?.string ?? "default"
    spec["serviceAccountName"] = .string(account)
    spec["serviceAccount"] = .string(account)
    let given = spec["tolerations"]?.array ?? []
    let missing = tolerations.filter { standard in !given.contains { $0["key"] == standard["key"] } }
    spec["tolerations"] = .array(given + missing)
    spec.setDefault("priority", 0)
    spec.setDefault("enableServiceLinks", true)
    spec.setDefault("preemptionPolicy", "PreemptLowerPriority")
    if spec["automountServiceAccountToken"]?.bool != false { mountToken(&spec, volume: "kube-api-access-\(suffix)") }
    pod["spec"] = spec
    pod["status"] = ["phase": "Pending", "qosClass": .string(qualityOfService(spec))]
  }

  /// Completes the spec of a template.
  static func applyTemplate(_ spec: inout JSONValue) {
    for member in ["containers", "initContainers"] {
      guard let containers = spec[member]?.array else { continue }
      spec[member] = .array(containers.map(container))
    }
    spec.setDefault("restartPolicy", "Always")
    spec.setDefault("terminationGracePeriodSeconds", 30)
    spec.setDefault("dnsPolicy", "ClusterFirst")
    spec.setDefault("securityContext", [:])
    spec.setDefault("schedulerName", "default-scheduler")
    if let account = spec["serviceAccountName"] { spec.setDefault("serviceAccount", account) }
    spec["volumes"] = spec["volumes"]?.array.map { .array($0.map(volume)) }
  }

  private static func container(_ original: JSONValue) -> JSONValue {
    var container = original
    container["ports"] = container["ports"]?.array.map { ports in
      .array(
        ports.map { port in
          var port = port
          port.setDefault("protocol", "TCP")
          return port
        })
    }
    container.setDefault("resources", [:])
    for member in ["livenessProbe", "readinessProbe", "startupProbe"] {
      guard var probe = container[member] else { continue }
      if probe["httpGet"] != nil, probe["httpGet"]?["scheme"] == nil { probe["httpGet"]?["scheme"] = "HTTP" }
      probe.setDefault("timeoutSeconds", 1)
      probe.setDefault("periodSeconds", 10)
      probe.setDefault("successThreshold", 1)
      probe.setDefault("failureThreshold", 3)
      container[member] = probe
    }
    container.setDefault("terminationMessagePath", "/dev/termination-log")
    container.setDefault("terminationMessagePolicy", "File")
    let image = container["image"]?.string ?? ""
    let tag = image.split(separator: "/").last?.split(separator: ":", maxSplits: 1).dropFirst().first
    container.setDefault("imagePullPolicy", tag == nil || tag == "latest" ? "Always" : "IfNotPresent")
    return container
  }

  private static func volume(_ original: JSONValue) -> JSONValue {
    var volume = original
    for member in ["configMap", "secret", "projected"] where volume[member] != nil && volume[member]?["defaultMode"] == nil {
      volume[member]?["defaultMode"] = 420
    }
    return volume
  }

  private static let tolerations: [JSONValue] = ["not-ready", "unreachable"].map {
    [
      "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
    ]
  }

  private static func mountToken(_ spec: inout JSONValue, volume: String) {
    let sources: JSONValue = [
      ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
      ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
      [
        "downwardAPI": [
          "items": [["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]]
        ]
      ],
    ]
    let projected: JSONValue = [
      "name": .string(volume), "projected": ["sources": sources, "defaultMode": 420],
    ]
    spec["volumes"] = .array((spec["volumes"]?.array ?? []) + [projected])
    let mount: JSONValue = [
      "name": .string(volume), "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    ]
    for member in ["containers", "initContainers"] {
      guard let containers = spec[member]?.array else { continue }
      spec[member] = .array(
        containers.map { container in
          var container = container
          container["volumeMounts"] = .array((container["volumeMounts"]?.array ?? []) + [mount])
          return container
        })
    }
  }

  private static func qualityOfService(_ spec: JSONValue) -> String {
    let resources = (spec["containers"]?.array ?? []).map { $0["resources"] ?? [:] }
    let isBestEffort = resources.allSatisfy { ($0["requests"] ?? [:]) == [:] && ($0["limits"] ?? [:]) == [:] }
    if isBestEffort { return "BestEffort" }
    let isGuaranteed = resources.allSatisfy { resources in
      ["cpu", "memory"].allSatisfy { name in
        guard let limit = resources["limits"]?[name] else { return false }
        return (resources["requests"]?[name] ?? limit) == limit
      }
    }
    return isGuaranteed ? "Guaranteed" : "Burstable"
  }
}

extension JSONValue {
  /// Sets a member unless it is there.
  mutating func setDefault(_ key: String, _ value: JSONValue) {
    if self[key] == nil { self[key] = value }
  }
}
