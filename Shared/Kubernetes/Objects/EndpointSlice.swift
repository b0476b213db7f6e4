/// A part of a Service's endpoints.
public struct EndpointSlice: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", plural: "endpointslices")
  /// The label that names the Service.
  public static let serviceLabel = "kubernetes.io/service-name"

  public struct Endpoint: Sendable, Hashable {
    public let addresses: [String]
    /// Missing means ready.
    public let ready: Bool
    public let terminating: Bool
    public let targetKind: String?
    public let targetName: String?
    public let node: String?
  }

  public let metadata: ObjectMetadata
  /// None when the server writes null.
  public let endpoints: [Endpoint]

  public var service: String? { metadata.labels[Self.serviceLabel] }
}

extension EndpointSlice {
  private enum CodingKeys: String, CodingKey { case metadata, endpoints }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    endpoints = try container.list(.endpoints)
  }
}

extension EndpointSlice.Endpoint: Decodable {
  private enum CodingKeys: String, CodingKey { case addresses, conditions, targetRef, nodeName }
  private struct Conditions: Decodable {
    let ready: Bool?
    let terminating: Bool?
  }
  private struct Reference: Decodable {
    let kind: String?
    let name: String?
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    addresses = try container.list(.addresses)
    let conditions = try container.decodeIfPresent(Conditions.self, forKey: .conditions)
    ready = conditions?.ready ?? true
    terminating = conditions?.terminating ?? false
    let reference = try container.decodeIfPresent(Reference.self, forKey: .targetRef)
    targetKind = reference?.kind
    targetName = reference?.name
    node = try container.decodeIfPresent(String.self, forKey: .nodeName)
  }
}
