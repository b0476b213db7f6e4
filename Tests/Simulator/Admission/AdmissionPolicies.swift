/// The ValidatingAdmissionPolicies of the store and what they say about a change (recordings, 11).
struct AdmissionPolicies {
  /// From a binding's creation to its effect, in seconds: until then everything passes (recordings, 11 policy-status).
  static let enforcementDelay = 0.28

  let world: World

  /// Passes a change and gives back the warnings, or refuses it in the API server's words.
  func check(_ request: AdmissionRequest) throws(APIStatus) -> [String] {
    var warnings: [String] = []
    for (key, binding) in world.store.objects(ResourceCatalogue.admissionPolicyBindings) where isInForce(binding) {
      let policyKey = ObjectKey(namespace: "", name: binding[path: "spec", "policyName"]?.string ?? "")
      guard let policy = world.store.object(ResourceCatalogue.admissionPolicies, policyKey), isInForce(policy),
        matches(request, policy[path: "spec", "matchConstraints"], needsRules: true),
        matches(request, binding[path: "spec", "matchResources"], needsRules: false)
      else { continue }
      let verdict = AdmissionPolicy(policy).verdict(on: request, namespace: namespaceObject(request))
      guard let failure = verdict.first else { continue }
      let actions = (binding[path: "spec", "validationActions"]?.array ?? []).compactMap(\.string)
      let place = "ValidatingAdmissionPolicy '\(policyKey.name)' with binding '\(key.name)'"
      if actions.contains("Warn") {
        warnings += verdict.map { "Validation failed for \(place): \($0.message)" }
      }
      if actions.contains("Deny") { throw refusal(request, "\(place) denied request: \(failure.message)", failure.reason) }
    }
    return warnings
  }

  private func isInForce(_ object: JSONValue) -> Bool { (world.admissionInForce[object.uid] ?? world.now) <= world.now }

  private func namespaceObject(_ request: AdmissionRequest) -> JSONValue? {
    guard request.type.namespaced else { return nil }
    return world.store.object(ResourceCatalogue.namespaces, ObjectKey(namespace: "", name: request.key.namespace))
  }

  private func refusal(_ request: AdmissionRequest, _ message: String, _ reason: String) -> APIStatus {
    let refusal = APIStatus.forbidden(
      group: request.type.group, resource: request.type.plural, name: request.key.name, message,
      causes: [["message": .string(message)]])
    let codes = ["Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413]
    return APIStatus(
      code: codes[reason] ?? 422, message: refusal.message, reason: codes[reason] == nil ? "Invalid" : reason,
      details: refusal.details)
  }

  private func matches(_ request: AdmissionRequest, _ constraints: JSONValue?, needsRules: Bool) -> Bool {
    guard let constraints else { return !needsRules }
    let rules = constraints["resourceRules"]?.array ?? []
    guard rules.isEmpty ? !needsRules : rules.contains(where: { Self.covers($0, request) }) else { return false }
    guard !(constraints["excludeResourceRules"]?.array ?? []).contains(where: { Self.covers($0, request) }) else { return false }
    if let selector = constraints["namespaceSelector"], selector != [:] {
      // Objects of the cluster are not left out by a selector of namespaces; a Namespace is judged by its own labels.
      let namespace =
        request.type == ResourceCatalogue.namespaces ? request.object ?? request.oldObject : namespaceObject(request)
      if let namespace, !LabelSelector(workload: selector).matches(namespace) { return false }
    }
    guard let selector = constraints["objectSelector"], selector != [:] else { return true }
    return [request.object, request.oldObject].compactMap { $0 }.contains { LabelSelector(workload: selector).matches($0) }
  }

  private static func covers(_ rule: JSONValue, _ request: AdmissionRequest) -> Bool {
    func lists(_ member: String, _ wanted: String) -> Bool {
      (rule[member]?.array ?? []).contains { $0.string == wanted || $0.string == "*" }
    }
    let names = (rule["resourceNames"]?.array ?? []).compactMap(\.string)
    let scope = rule["scope"]?.string ?? "*"
    guard lists("operations", request.operation.rawValue), lists("apiGroups", request.type.group),
      lists("apiVersions", request.type.version), names.isEmpty || names.contains(request.key.name),
      scope == "*" || (scope == "Namespaced") == request.type.namespaced
    else { return false }
    return (rule["resources"]?.array ?? []).compactMap(\.string).contains { pattern in
      let parts = pattern.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.first == "*" || parts.first == request.type.plural else { return false }
      return parts.count > 1 ? parts[1] == "*" || parts[1] == request.subresource : request.subresource.isEmpty
    }
  }
}
