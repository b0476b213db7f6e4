public struct Namespace: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "Namespace", plural: "namespaces")

  public struct Status: Sendable, Hashable, Decodable {
    /// `Active` or `Terminating`.
    public let phase: String?
  }

  public let metadata: ObjectMetadata
  public let status: Status?
}
