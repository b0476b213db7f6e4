/// A Service, to see which pods answer under its name.
public struct Service: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "Service", plural: "services")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  /// Labels of the pods behind it; empty when its endpoints are kept by hand.
  public let selector: [String: String]
  public let ports: [Int]
}

extension Service {
  private enum CodingKeys: String, CodingKey { case metadata, spec }
  private enum SpecKeys: String, CodingKey { case selector, ports }
  private struct Port: Decodable { let port: Int }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    let spec = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec)
    selector = try spec.map(.selector)
    let ports: [Port] = try spec.list(.ports)
    self.ports = ports.map(\.port)
  }
}
