public struct NetworkPolicy: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", plural: "networkpolicies")

  public struct Peer: Sendable, Hashable, Decodable {
    public struct Block: Sendable, Hashable, Decodable {
      public let cidr: String
      public let except: [String]?
    }

    public let podSelector: LabelSelector?
    public let namespaceSelector: LabelSelector?
    public let ipBlock: Block?
  }

  public struct Port: Sendable, Hashable {
    public let `protocol`: String
    /// A number or a name; `nil` for every port.
    public let port: String?
    public let endPort: Int?
  }

  public struct Rule: Sendable, Hashable {
    /// Empty allows everybody.
    public let peers: [Peer]
    /// Empty allows every port.
    public let ports: [Port]
  }

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  /// Empty selects every pod of the namespace.
  public let podSelector: LabelSelector
  /// `Ingress`, `Egress`; the server fills them in.
  public let types: [String]
  public let ingress: [Rule]
  public let egress: [Rule]
}

extension NetworkPolicy {
  private enum CodingKeys: String, CodingKey { case metadata, spec }
  private enum SpecKeys: String, CodingKey { case podSelector, policyTypes, ingress, egress }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    let spec = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec)
    podSelector = try spec.decodeIfPresent(LabelSelector.self, forKey: .podSelector) ?? .everything
    ingress = try spec.list(.ingress)
    egress = try spec.list(.egress)
    let written: [String] = try spec.list(.policyTypes)
    types = written.isEmpty ? ["Ingress"] + (egress.isEmpty ? [] : ["Egress"]) : written
  }
}

extension NetworkPolicy.Rule: Decodable {
  private enum CodingKeys: String, CodingKey { case from, to, ports }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let sources: [NetworkPolicy.Peer] = try container.list(.from)
    peers = sources + (try container.list(.to))
    ports = try container.list(.ports)
  }
}

extension NetworkPolicy.Port: Decodable {
  private enum CodingKeys: String, CodingKey { case `protocol`, port, endPort }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    `protocol` = try container.decodeIfPresent(String.self, forKey: .protocol) ?? "TCP"
    port = try container.text(.port)
    endPort = try container.decodeIfPresent(Int.self, forKey: .endPort)
  }
}
