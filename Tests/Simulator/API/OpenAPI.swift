/// As much OpenAPI v3 as kubectl needs to see that the server validates fields itself: paths with their kinds, no schemas.
enum OpenAPI {
  /// The document at `/openapi/…`, `nil` when there is none.
  static func document(_ path: [String]) -> JSONValue? {
    guard path.first == "v3" else { return nil }
    if path.count == 1 { return index }
    let types = ResourceCatalogue.all.filter { self.path($0) == path.dropFirst().joined(separator: "/") }
    guard !types.isEmpty else { return nil }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.36.2"],
      "paths": .object(
        JSONObject(
          types.map { ("/\(self.path($0))\($0.namespaced ? "/namespaces/{namespace}" : "")/\($0.plural)/{name}", item($0)) })),
    ]
  }

  private static var index: JSONValue {
    let paths = ResourceCatalogue.all.map { type -> (String, JSONValue) in
      (path(type), ["serverRelativeURL": .string("/openapi/v3/\(path(type))?hash=simulated")])
    }
    return ["paths": .object(JSONObject(paths))]
  }

  private static func path(_ type: ResourceType) -> String { type.group.isEmpty ? "api/v1" : "apis/\(type.apiVersion)" }

  private static func item(_ type: ResourceType) -> JSONValue {
    let parameters = ["dryRun", "fieldManager", "fieldValidation"].map { name -> JSONValue in
      ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
    }
    return [
      "patch": [
        "operationId": .string("patch\(type.kind)"), "parameters": .array(parameters), "responses": [:],
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": [
          "group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind),
        ],
      ]
    ]
  }
}
