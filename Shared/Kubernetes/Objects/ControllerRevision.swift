/// A revision of a StatefulSet or DaemonSet.
public struct ControllerRevision: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "ControllerRevision", plural: "controllerrevisions")

  public let metadata: ObjectMetadata
  public let revision: Int
  /// The pod template of that revision; `nil` when another controller keeps other data in it.
  public let template: PodTemplate?
}

extension ControllerRevision {
  private enum CodingKeys: String, CodingKey { case metadata, revision, data }
  private struct Patch: Decodable {
    struct Spec: Decodable { let template: PodTemplate }
    let spec: Spec
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    revision = try container.count(.revision)
    template = (try? container.decodeIfPresent(Patch.self, forKey: .data))?.spec.template.withoutPatchMark
  }
}

extension PodTemplate {
  /// The controllers store the template as a strategic merge patch: `"$patch": "replace"` stands beside its members.
  var withoutPatchMark: PodTemplate {
    guard case .object(var members) = whole else { return self }
    members["$patch"] = nil
    return PodTemplate(metadata: metadata, spec: spec, whole: .object(members))
  }
}
