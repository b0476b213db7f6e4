/// The checks of the API server that a client can run into (recordings, 05, 09, 10).
enum Validation {
  static func errors(in object: JSONValue, before: JSONValue?, type: ResourceType) -> [FieldError] {
    var errors = metadata(object, before, type)
    switch type {
    case ResourceCatalogue.deployments, ResourceCatalogue.replicaSets: errors += workload(object, before, type)
    case ResourceCatalogue.pods: errors += containers(object["spec"], "spec")
    case ResourceCatalogue.configMaps: errors += configMap(object, before)
    case ResourceCatalogue.admissionPolicies: errors += AdmissionPolicy.errors(in: object)
    case ResourceCatalogue.nodes: errors += taints(object)
    case ResourceCatalogue.leases: errors += lease(object)
    default: break
    }
    return errors
  }

  private static func metadata(_ object: JSONValue, _ before: JSONValue?, _ type: ResourceType) -> [FieldError] {
    var errors: [FieldError] = []
    if let before, before.isBeingDeleted { errors += newFinalizers(object, before) }
    if before == nil {
      let name = object.name
      if name.isEmpty {
        errors.append(.required("metadata.name", "name or generateName is required"))
      } else if !isValidName(name, type) {
        errors.append(.invalid("metadata.name", "\"\(name)\"", subdomainRule))
      }
    }
    let annotations = object.annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    if annotations > 262_144 {
      errors += Array(repeating: .tooLong("metadata.annotations", bytes: 262_144), count: before == nil ? 1 : 3)
    }
    return errors
  }

  /// Reported twice, by the general check and by that of the kind (recordings, 12 finalizer-add-while-terminating).
  private static func newFinalizers(_ object: JSONValue, _ before: JSONValue) -> [FieldError] {
    let known = Set((before[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string))
    let added = (object[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string).filter { !known.contains($0) }
    guard !added.isEmpty else { return [] }
    let list = added.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    let error = FieldError.forbidden(
      "metadata.finalizers",
      "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}")
    return [error, error]
  }

  private static let subdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
    + "an alphanumeric character (e.g. 'example.com', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

  /// RBAC takes any name that can stand in a path.
  private static func isValidName(_ name: String, _ type: ResourceType) -> Bool {
    if type.group == "rbac.authorization.k8s.io" { return name != "." && name != ".." && !name.contains { "/%".contains($0) } }
    return isSubdomain(name)
  }

  static func isSubdomain(_ name: String) -> Bool {
    guard name.utf8.count <= 253 else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.utf8.first, let last = part.utf8.last else { return false }
      func isAlphanumeric(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
      return isAlphanumeric(first) && isAlphanumeric(last) && part.utf8.allSatisfy { isAlphanumeric($0) || $0 == 45 }
    }
  }

  private static func workload(_ object: JSONValue, _ before: JSONValue?, _ type: ResourceType) -> [FieldError] {
    let spec = object["spec"] ?? [:]
    var errors: [FieldError] = []
    for member in ["replicas", "minReadySeconds"] {
      guard let number = spec[member]?.integer, number < 0 else { continue }
      errors.append(.invalid("spec.\(member)", String(number), "must be greater than or equal to 0"))
    }
    if spec["selector"] == nil { errors.append(.required("spec.selector")) }
    let labels = spec[path: "template", "metadata", "labels"]
    if spec["selector"] == nil || !LabelSelector(workload: spec["selector"]).matches(labels?.stringDictionary ?? [:]) {
      errors.append(
        .invalid("spec.template.metadata.labels", (labels ?? .null).text, "`selector` does not match template `labels`"))
    }
    errors += containers(spec[path: "template", "spec"], "spec.template.spec")
    if let policy = spec[path: "template", "spec", "restartPolicy"]?.string, policy != "Always" {
      errors.append(.notSupported("spec.template.spec.restartPolicy", "\"\(policy)\"", ["Always"]))
    }
    if let before, before[path: "spec", "selector"] != spec["selector"] {
      errors.append(.invalid("spec.selector", (spec["selector"] ?? .null).text, "field is immutable"))
    }
    return errors
  }

  private static func containers(_ spec: JSONValue?, _ path: String) -> [FieldError] {
    guard let containers = spec?["containers"]?.array, !containers.isEmpty else { return [.required("\(path).containers")] }
    var errors: [FieldError] = []
    for (index, container) in containers.enumerated() {
      if (container["name"]?.string ?? "").isEmpty { errors.append(.required("\(path).containers[\(index)].name")) }
      if (container["image"]?.string ?? "").isEmpty { errors.append(.required("\(path).containers[\(index)].image")) }
    }
    return errors
  }

  private static func configMap(_ object: JSONValue, _ before: JSONValue?) -> [FieldError] {
    var errors: [FieldError] = []
    if before?["immutable"]?.bool == true, before?["data"] != object["data"] {
      errors.append(.forbidden("data", "field is immutable when `immutable` is set"))
    }
    var size = 0
    for (key, value) in object["data"]?.stringDictionary ?? [:] {
      size += value.utf8.count
      let isValid = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
      if !isValid {
        errors.append(
          .invalid(
            "data[\(key)]", "\"\(key)\"",
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
              + "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"))
      }
    }
    if size > 1_048_576 { errors.append(.tooLong("[]", bytes: 1_048_576)) }
    return errors
  }

  private static let taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

  /// The path is the API server's own slip (recordings, 08 taint-invalid).
  private static func taints(_ node: JSONValue) -> [FieldError] {
    (node[path: "spec", "taints"]?.array ?? []).enumerated().flatMap { index, taint -> [FieldError] in
      let effect = taint["effect"]?.string ?? ""
      guard !taintEffects.contains(effect) else { return [] }
      // Both of the kind's checks report it.
      let error = FieldError.notSupported("metadata.taints[\(index)].effect", "\"\(effect)\"", taintEffects)
      return [error, error]
    }
  }

  private static func lease(_ object: JSONValue) -> [FieldError] {
    guard let seconds = object[path: "spec", "leaseDurationSeconds"]?.integer, seconds <= 0 else { return [] }
    return [.invalid("spec.leaseDurationSeconds", String(seconds), "must be greater than 0")]
  }

  private static let quantityRule =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

  private static func quantityError(_ spec: JSONValue?) -> String? {
    let pattern = /[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*/
    let containers = (spec?["containers"]?.array ?? []) + (spec?["initContainers"]?.array ?? [])
    for container in containers {
      for member in ["requests", "limits"] {
        for (_, value) in container[path: "resources", member]?.stringDictionary ?? [:]
        where value.wholeMatch(of: pattern) == nil { return quantityRule }
      }
    }
    return nil
  }

  /// Values of a wrong type: a decoder of typed objects would refuse them. The text ends the message.
  static func typeError(in object: JSONValue, type: ResourceType) -> String? {
    switch type {
    case ResourceCatalogue.configMaps:
      for (_, value) in object["data"]?.object ?? JSONObject() where value.string == nil {
        return "json: cannot unmarshal \(value.goKind) into Go struct field ConfigMap.data of type string"
      }
    case ResourceCatalogue.deployments, ResourceCatalogue.replicaSets:
      if let replicas = object[path: "spec", "replicas"], replicas.integer == nil, !replicas.isNull {
        return "json: cannot unmarshal \(replicas.goKind) into Go struct field \(type.kind)Spec.spec.replicas of type int32"
      }
      return quantityError(object[path: "spec", "template", "spec"])
    case ResourceCatalogue.pods: return quantityError(object["spec"])
    case ResourceCatalogue.leases:
      for member in ["acquireTime", "renewTime"] {
        guard let text = object[path: "spec", member]?.string, let problem = microTimeError(text) else { continue }
        return "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \(problem)"
      }
    default: break
    }
    return nil
  }

  /// Exactly six digits of fraction; Go names what it could not read and what it expected there (recordings, 09 lease-time-*).
  private static func microTimeError(_ text: String) -> String? {
    guard Timestamp(rfc3339: text) != nil else { return "\"\(text)\" as \"2006\"" }
    let rest = text.dropFirst("2006-01-02T15:04:05".count)
    let digits = rest.dropFirst().prefix { $0.isNumber }
    guard rest.first == ".", digits.count >= 6 else { return "\"\(rest)\" as \".000000\"" }
    return digits.count == 6 ? nil : "\"\(rest.dropFirst(7))\" as \"Z07:00\""
  }
}
