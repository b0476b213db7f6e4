/// What the server says about itself: version, groups, resources.
struct Discovery {
  let request: APIRequest
  let issuer: TokenIssuer
  /// Custom resources.
  var custom: [ResourceType] = []

  private var types: [ResourceType] { ResourceCatalogue.all + custom }

  static let version: JSONValue = [
    "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35", "gitVersion": "v1.36.2-simulated", "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean", "buildDate": "2026-11-22T00:00:00Z", "goVersion": "go1.26.10", "compiler": "gc",
    "platform": "linux/amd64",
  ]

  /// The answer for a path that is no resource, `nil` when there is none.
  func respond() throws(APIStatus) -> APIResponse? {
    guard request.method == "GET" || request.method == "HEAD" else {
      return isKnown ? APIResponse(.methodNotAllowed) : nil
    }
    let parts = request.path.split(separator: "/").map(String.init)
    switch parts.first {
    case "version": return .json(Self.version)
    case "readyz", "livez", "healthz":
      return .text(request.query["verbose"] == nil ? "ok" : "[+]ping ok\n[+]etcd ok\n\(parts[0]) check passed\n")
    case "api":
      if parts.count == 1 { return try root() }
      return parts[1] == "v1" && parts.count == 2 ? .json(resourceList(group: "", version: "v1")) : nil
    case "apis":
      if parts.count == 1 { return try root() }
      guard let versions = groups.first(where: { $0.name == parts[1] })?.versions else { return nil }
      if parts.count == 2 { return .json(Self.group(parts[1], versions, standsAlone: true)) }
      return versions.contains(parts[2]) ? .json(resourceList(group: parts[1], version: parts[2])) : nil
    case ".well-known": return request.path == "/.well-known/openid-configuration" ? .json(OpenID.configuration) : nil
    case "openid": return request.path == "/openid/v1/jwks" ? try OpenID.keys(accept: request.accept, issuer) : nil
    case "openapi": return OpenAPI.document(Array(parts.dropFirst())).map { .json($0) }
    default: return nil
    }
  }

  private var isKnown: Bool { ["/version", "/api", "/apis", "/readyz", "/livez", "/healthz"].contains(request.path) }

  /// The groups but the core one, with their versions.
  private var groups: [(name: String, versions: [String])] {
    var groups: [(name: String, versions: [String])] = []
    for type in types where !type.group.isEmpty {
      if let index = groups.firstIndex(where: { $0.name == type.group }) {
        if !groups[index].versions.contains(type.version) { groups[index].versions.append(type.version) }
      } else {
        groups.append((type.group, [type.version]))
      }
    }
    return groups + ResourceCatalogue.virtualGroups.map { ($0, ["v1"]) }
  }

  private func root() throws(APIStatus) -> APIResponse {
    if request.accept.contains("as=APIGroupDiscoveryList") {
      var response = APIResponse.json(aggregated())
      let version = request.accept.contains("v=v2;") || request.accept.contains("v=v2,") ? "v2" : "v2beta1"
      response.contentType = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
      if version == "v2beta1" { response.body = .json(aggregated(apiVersion: "apidiscovery.k8s.io/v2beta1")) }
      return response
    }
    if request.path.hasPrefix("/apis") {
      return .json([
        "kind": "APIGroupList", "apiVersion": "v1",
        "groups": .array(groups.map { Self.group($0.name, $0.versions, standsAlone: false) }),
      ])
    }
    return .json([
      "kind": "APIVersions", "versions": ["v1"],
      "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
    ])
  }

  private static func group(_ name: String, _ versions: [String], standsAlone: Bool) -> JSONValue {
    var group: JSONValue = standsAlone ? ["kind": "APIGroup", "apiVersion": "v1"] : [:]
    group["name"] = .string(name)
    let list = versions.map { version -> JSONValue in
      ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
    }
    group["versions"] = .array(list)
    group["preferredVersion"] = list[0]
    return group
  }

  private func resourceList(group: String, version: String) -> JSONValue {
    var list: JSONValue = ["kind": "APIResourceList"]
    if !group.isEmpty { list["apiVersion"] = "v1" }
    list["groupVersion"] = .string(group.isEmpty ? version : "\(group)/\(version)")
    var resources: [JSONValue] = []
    for type in types where type.group == group && type.version == version {
      resources.append(entry(type))
      for subresource in Self.subresources(of: type) {
        var entry: JSONValue = [
          "name": .string("\(type.plural)/\(subresource.name)"), "singularName": "", "namespaced": .bool(type.namespaced),
        ]
        if let (group, version) = Self.foreignGroups[subresource.name] {
          entry["group"] = .string(group)
          entry["version"] = .string(version)
        }
        entry["kind"] = .string(subresource.kind)
        entry["verbs"] = .array(subresource.verbs.map(JSONValue.string))
        resources.append(entry)
      }
    }
    resources += Self.virtual(group).map { name, kind, namespaced in
      [
        "name": .string(name), "singularName": .string(kind.lowercased()), "namespaced": .bool(namespaced),
        "kind": .string(kind), "verbs": ["create"],
      ]
    }
    list["resources"] = .array(resources)
    return list
  }

  private func entry(_ type: ResourceType) -> JSONValue {
    var entry: JSONValue = [
      "name": .string(type.plural), "singularName": .string(type.singular), "namespaced": .bool(type.namespaced),
      "kind": .string(type.kind), "verbs": .array(type.verbs.map(JSONValue.string)),
    ]
    if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map(JSONValue.string)) }
    if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map(JSONValue.string)) }
    return entry
  }

  /// Subresources whose kind belongs to another group than their resource.
  private static let foreignGroups: [String: (group: String, version: String)] = [
    "scale": ("autoscaling", "v1"), "eviction": ("policy", "v1"), "token": ("authentication.k8s.io", "v1"),
  ]

  /// The subresources of a type that are served.
  static func subresources(of type: ResourceType) -> [(name: String, kind: String, verbs: [String])] {
    var list: [(name: String, kind: String, verbs: [String])] = []
    if type == ResourceCatalogue.pods {
      list += [("eviction", "Eviction", ["create"]), ("exec", "PodExecOptions", ["create", "get"]), ("log", "Pod", ["get"])]
    }
    if type == ResourceCatalogue.serviceAccounts { list.append(("token", "TokenRequest", ["create"])) }
    if type.hasScale { list.append(("scale", "Scale", ["get", "patch", "update"])) }
    if type.hasStatus { list.append(("status", type.kind, ["get", "patch", "update"])) }
    return list
  }

  private static func virtual(_ group: String) -> [(String, String, Bool)] {
    switch group {
    case "authentication.k8s.io":
      [("selfsubjectreviews", "SelfSubjectReview", false), ("tokenreviews", "TokenReview", false)]
    case "authorization.k8s.io":
      [
        ("localsubjectaccessreviews", "LocalSubjectAccessReview", true),
        ("selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
        ("selfsubjectrulesreviews", "SelfSubjectRulesReview", false), ("subjectaccessreviews", "SubjectAccessReview", false),
      ]
    default: []
    }
  }

  private func aggregated(apiVersion: String = "apidiscovery.k8s.io/v2") -> JSONValue {
    let wanted = request.path.hasPrefix("/apis") ? groups : [("", ["v1"])]
    let items = wanted.map { name, versions -> JSONValue in
      let metadata: JSONValue = name.isEmpty ? [:] : ["name": .string(name)]
      let list = versions.map { version -> JSONValue in
        ["version": .string(version), "resources": .array(aggregatedResources(name, version)), "freshness": "Current"]
      }
      return ["metadata": metadata, "versions": .array(list)]
    }
    return [
      "kind": "APIGroupDiscoveryList", "apiVersion": .string(apiVersion), "metadata": [:], "items": .array(items),
    ]
  }

  private func aggregatedResources(_ group: String, _ version: String) -> [JSONValue] {
    // A kind of the resource's own group and version names neither (recordings, 01 apis-aggregated).
    func responseKind(_ kind: String, group: String = "", version: String = "") -> JSONValue {
      ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
    let served = types.filter { $0.group == group && $0.version == version }.map { type -> JSONValue in
      var resource: JSONValue = [
        "resource": .string(type.plural), "responseKind": responseKind(type.kind),
        "scope": type.namespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular),
        "verbs": .array(type.verbs.map(JSONValue.string)),
      ]
      if !type.shortNames.isEmpty { resource["shortNames"] = .array(type.shortNames.map(JSONValue.string)) }
      if !type.categories.isEmpty { resource["categories"] = .array(type.categories.map(JSONValue.string)) }
      let subresources = Self.subresources(of: type).map { subresource -> JSONValue in
        let (group, version) = Self.foreignGroups[subresource.name] ?? ("", "")
        let kind = responseKind(subresource.kind, group: group, version: version)
        return [
          "subresource": .string(subresource.name), "responseKind": kind,
          "verbs": .array(subresource.verbs.map(JSONValue.string)),
        ]
      }
      if !subresources.isEmpty { resource["subresources"] = .array(subresources) }
      return resource
    }
    return served
      + Self.virtual(group).map { name, kind, namespaced in
        [
          "resource": .string(name), "responseKind": responseKind(kind),
          "scope": namespaced ? "Namespaced" : "Cluster", "singularResource": .string(kind.lowercased()), "verbs": ["create"],
        ]
      }
  }
}
