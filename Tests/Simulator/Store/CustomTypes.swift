extension ResourceStore {
  /// Every type that is served, in the order of discovery.
  var types: [ResourceType] { ResourceCatalogue.all + customTypes }

  /// The type whose objects are kept there.
  func type(storage: String) -> ResourceType? {
    ResourceCatalogue.type(storage: storage) ?? customTypes.first { $0.storage == storage }
  }

  /// The type of an object by its `apiVersion` and `kind`.
  func type(apiVersion: String, kind: String) -> ResourceType? {
    ResourceCatalogue.type(apiVersion: apiVersion, kind: kind)
      ?? customTypes.first { $0.apiVersion == apiVersion && $0.kind == kind }
  }

  /// The type of a custom resource that a path names.
  func customType(for target: RequestTarget) -> ResourceType? {
    customTypes.first { $0.group == target.group && $0.version == target.version && $0.plural == target.resource }
  }
}

extension ResourceType {
  /// The type of an object that no row of the catalogue describes. The plural is the guess of `meta.UnsafeGuessKindToResource`.
  static func guess(apiVersion: String, kind: String, namespaced: Bool) -> ResourceType {
    let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
    let singular = kind.lowercased()
    let plural =
      switch singular.last {
      case "s": singular + "es"
      case "y": String(singular.dropLast()) + "ies"
      default: singular + "s"
      }
    return ResourceType(
      group: parts.count > 1 ? parts[0] : "", version: parts.last ?? "", plural: plural, kind: kind, namespaced: namespaced,
      generation: .spec, hasStatus: true)
  }
}
