/// What a body has and its type has not (`fieldValidation`; recordings, 10 unknown-field-*).
enum FieldValidation {
  /// `unknown field "spec.replicass"` for each, sorted by path.
  static func unknownFields(in object: JSONValue, type: ResourceType) -> [String] {
    guard let schema = FieldSchema.of(type) else { return [] }
    var paths: [String] = []
    collect(object, schema, "", &paths)
    return paths.sorted().map { "unknown field \"\($0)\"" }
  }

  /// The object without what its type does not have.
  static func pruned(_ object: JSONValue, type: ResourceType) -> JSONValue {
    FieldSchema.of(type).map { prune(object, $0) } ?? object
  }

  private static func prune(_ value: JSONValue, _ schema: FieldSchema) -> JSONValue {
    switch (schema, value) {
    case (.object(let members), .object(let object)):
      let kept = object.compactMap { key, value in members[key].map { (key, prune(value, $0)) } }
      return .object(JSONObject(kept))
    case (.list(let element), .array(let array)): return .array(array.map { prune($0, element) })
    default: return value
    }
  }

  private static func collect(_ value: JSONValue, _ schema: FieldSchema, _ path: String, _ paths: inout [String]) {
    switch (schema, value) {
    case (.object(let members), .object(let object)):
      for (key, value) in object {
        let place = path.isEmpty ? key : "\(path).\(key)"
        if let below = members[key] { collect(value, below, place, &paths) } else { paths.append(place) }
      }
    case (.list(let element), .array(let array)):
      for (index, value) in array.enumerated() { collect(value, element, "\(path)[\(index)]", &paths) }
    default: break
    }
  }

  /// `duplicate field "data.a"` for each member that is there twice; `nil` for a body that is no JSON.
  static func duplicates(in body: [UInt8], under type: ResourceType) -> [String]? {
    var parser = JSONParser(bytes: body[...])
    guard (try? parser.document()) != nil else { return nil }
    return parser.duplicates.map { "duplicate field \"\($0)\"" }
  }
}

/// The members that a type has, as deep as somebody mistypes them.
indirect enum FieldSchema: Sendable {
  case any
  case object([String: FieldSchema])
  case list(FieldSchema)

  /// `nil` for types whose members are not known here.
  static func of(_ type: ResourceType) -> FieldSchema? {
    switch (type.group, type.plural) {
    case ("", "pods"): root(["spec": podSpec, "status": .any])
    case ("", "configmaps"): root(["data": .any, "binaryData": .any, "immutable": .any])
    case ("apps", "deployments"):
      root([
        "spec": workload(["strategy", "paused", "progressDeadlineSeconds", "minReadySeconds", "revisionHistoryLimit"]),
        "status": .any,
      ])
    case ("apps", "replicasets"): root(["spec": workload(["minReadySeconds"]), "status": .any])
    case ("apps", "statefulsets"):
      root([
        "spec": workload([
          "serviceName", "volumeClaimTemplates", "podManagementPolicy", "updateStrategy", "revisionHistoryLimit",
          "minReadySeconds", "persistentVolumeClaimRetentionPolicy", "ordinals",
        ]), "status": .any,
      ])
    case ("apps", "daemonsets"):
      root(["spec": workload(["updateStrategy", "minReadySeconds", "revisionHistoryLimit"]), "status": .any])
    default: nil
    }
  }

  private static func root(_ members: [String: FieldSchema]) -> FieldSchema {
    .object(members.merging(["kind": .any, "apiVersion": .any, "metadata": metadata]) { own, _ in own })
  }

  private static func known(_ names: [String]) -> [String: FieldSchema] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, .any) })
  }

  private static func workload(_ names: [String]) -> FieldSchema {
    .object(
      known(names + ["replicas", "selector"]).merging([
        "template": .object(["metadata": metadata, "spec": podSpec])
      ]) { own, _ in own })
  }

  private static let metadata = FieldSchema.object(
    known([
      "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
      "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
      "managedFields",
    ]))

  private static let podSpec = FieldSchema.object(
    known([
      "volumes", "restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "dnsPolicy", "nodeSelector",
      "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "nodeName", "hostNetwork", "hostPID", "hostIPC",
      "shareProcessNamespace", "securityContext", "imagePullSecrets", "hostname", "subdomain", "affinity", "schedulerName",
      "tolerations", "hostAliases", "priorityClassName", "priority", "dnsConfig", "readinessGates", "runtimeClassName",
      "enableServiceLinks", "preemptionPolicy", "overhead", "topologySpreadConstraints", "setHostnameAsFQDN", "os", "hostUsers",
      "schedulingGates", "resourceClaims", "resources", "hostnameOverride", "schedulingGroup",
    ]).merging([
      "containers": .list(container), "initContainers": .list(container), "ephemeralContainers": .list(container),
    ]) { own, _ in own })

  private static let container = FieldSchema.object(
    known([
      "name", "image", "command", "args", "workingDir", "ports", "envFrom", "env", "resources", "resizePolicy", "restartPolicy",
      "restartPolicyRules", "volumeMounts", "volumeDevices", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle",
      "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy", "securityContext", "stdin", "stdinOnce", "tty",
      "targetContainerName",
    ]))
}

extension JSONValue {
  /// The value as Go's `%v` prints what its decoder made of it.
  var goText: String {
    switch self {
    case .null: "<nil>"
    case .string(let text): text
    case .array(let array): "[\(array.map(\.goText).joined(separator: " "))]"
    case .object(let object):
      "map[\(object.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.goText)" }.joined(separator: " "))]"
    default: text
    }
  }
}
