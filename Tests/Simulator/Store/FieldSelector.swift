/// A selector over the few fields that each type offers: what `?fieldSelector=` says.
struct FieldSelector: Sendable {
  struct Requirement: Sendable {
    let field: String
    let value: String
    let negated: Bool
  }

  let requirements: [Requirement]

  /// The name that `metadata.name=` pins down; authorisation looks at it too (recordings, 09 list-by-name).
  var name: String? { requirements.first { $0.field == "metadata.name" && !$0.negated }?.value }

  /// Parses `status.phase!=Running,spec.nodeName=` and refuses fields that the type does not offer.
  init(parsing text: String, for type: ResourceType) throws(SelectorError) {
    var requirements: [Requirement] = []
    for term in text.split(separator: ",") {
      guard let equals = term.firstIndex(of: "=") else {
        throw SelectorError(message: "invalid selector: '\(text)'; can't understand '\(term)'")
      }
      var field = term[..<equals]
      var value = term[term.index(after: equals)...]
      let negated = field.last == "!"
      if negated { field = field.dropLast() }
      if value.first == "=" { value = value.dropFirst() }
      guard Self.fields(of: type).contains(String(field)) else {
        throw SelectorError(message: "field label not supported: \(field)")
      }
      requirements.append(Requirement(field: String(field), value: String(value), negated: negated))
    }
    self.requirements = requirements
  }

  func matches(_ object: JSONValue) -> Bool {
    requirements.allSatisfy { requirement in
      let parts = requirement.field.split(separator: ".")
      var value: JSONValue? = object
      for part in parts { value = value?[String(part)] }
      let text =
        switch value {
        case .string(let string): string
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        default: requirement.field == "spec.unschedulable" ? "false" : ""
        }
      return (text == requirement.value) != requirement.negated
    }
  }

  private static let metadata: Set<String> = ["metadata.name", "metadata.namespace"]
  private static let reference = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]

  private static func fields(of type: ResourceType) -> Set<String> {
    switch type {
    case ResourceCatalogue.pods:
      metadata.union([
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP",
        "status.nominatedNodeName", "spec.hostNetwork",
      ])
    case ResourceCatalogue.events:
      metadata.union(reference.map { "involvedObject.\($0)" }).union(["reason", "reportingComponent", "source", "type"])
    case ResourceCatalogue.eventsV1:
      metadata.union(reference.map { "regarding.\($0)" }).union(["reason", "reportingController", "type"])
    case ResourceCatalogue.nodes: metadata.union(["spec.unschedulable"])
    case ResourceCatalogue.namespaces: metadata.union(["status.phase"])
    case ResourceCatalogue.replicaSets: metadata.union(["status.replicas"])
    case ResourceCatalogue.secrets: metadata.union(["type"])
    default: metadata
    }
  }
}
