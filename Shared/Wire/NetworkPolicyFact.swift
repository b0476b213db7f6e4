/// A NetworkPolicy that selects the workload's pods.
public struct NetworkPolicyFact: Sendable, Hashable, Codable {
  public let name: String
  public let createdAt: Timestamp?
  public let changedAt: Timestamp?
  public let selector: String
  /// `Ingress`, `Egress`.
  public let types: [String]
  /// Allowed peers and ports, one line a rule; empty with the type present denies all.
  public let ingress: [String]
  public let egress: [String]

  public init(
    name: String, createdAt: Timestamp? = nil, changedAt: Timestamp? = nil, selector: String, types: [String],
    ingress: [String] = [], egress: [String] = []
  ) {
    self.name = name
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.selector = selector
    self.types = types
    self.ingress = ingress
    self.egress = egress
  }
}
