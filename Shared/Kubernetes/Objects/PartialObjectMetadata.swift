/// An object of any kind reduced by the server to its metadata. Ask for it with
/// ``KubernetesClient/metadata(of:named:namespace:)`` or ``KubernetesClient/listMetadata(of:namespace:options:)``.
public struct PartialObjectMetadata: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "meta.k8s.io/v1", kind: "PartialObjectMetadata", plural: "partialobjectmetadata")

  public let metadata: ObjectMetadata
}
