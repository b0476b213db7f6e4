public struct PodDisruptionBudget: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "policy/v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets")

  public let metadata: ObjectMetadata
  /// A count or a percentage.
  public let minAvailable: String?
  public let maxUnavailable: String?
  /// An empty one selects every pod of the namespace; `nil` selects none (policy/v1).
  public let selector: LabelSelector?
  public let status: Status

  public struct Status: Sendable, Hashable {
    public let observedGeneration: Int64?
    public let disruptionsAllowed: Int
    public let currentHealthy: Int
    public let desiredHealthy: Int
    public let expectedPods: Int
  }
}

extension PodDisruptionBudget {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private enum SpecKeys: String, CodingKey { case minAvailable, maxUnavailable, selector }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    let spec = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec)
    minAvailable = try spec.text(.minAvailable)
    maxUnavailable = try spec.text(.maxUnavailable)
    selector = try spec.decodeIfPresent(LabelSelector.self, forKey: .selector)
    status =
      try container.decodeIfPresent(Status.self, forKey: .status)
      ?? Status(observedGeneration: nil, disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0)
  }
}

extension PodDisruptionBudget.Status: Decodable {
  private enum CodingKeys: String, CodingKey {
    case observedGeneration, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
    disruptionsAllowed = try container.count(.disruptionsAllowed)
    currentHealthy = try container.count(.currentHealthy)
    desiredHealthy = try container.count(.desiredHealthy)
    expectedPods = try container.count(.expectedPods)
  }
}
