public struct DaemonSet: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  public let spec: Spec
  public let status: DaemonSetStatus

  public struct Spec: Sendable, Hashable {
    /// `RollingUpdate` or `OnDelete`.
    public let strategy: String
    public let selector: LabelSelector
    public let template: PodTemplate
  }
}

public struct DaemonSetStatus: Sendable, Hashable {
  public let observedGeneration: Int64?
  /// Nodes that should run a pod.
  public let desired: Int
  /// Nodes that run at least one and should.
  public let current: Int
  public let ready: Int
  public let available: Int
  public let updated: Int
  /// Nodes that run one and should not.
  public let misscheduled: Int
  public let conditions: [Condition]
}

extension DaemonSet {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status = try container.decodeIfPresent(DaemonSetStatus.self, forKey: .status) ?? .empty
  }
}

extension DaemonSet.Spec: Decodable {
  private enum CodingKeys: String, CodingKey { case updateStrategy, selector, template }
  private struct Strategy: Decodable { let type: String? }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    strategy = try container.decodeIfPresent(Strategy.self, forKey: .updateStrategy)?.type ?? "RollingUpdate"
    selector = try container.decode(LabelSelector.self, forKey: .selector)
    template = try container.decode(PodTemplate.self, forKey: .template)
  }
}

extension DaemonSetStatus: Decodable {
  private enum CodingKeys: String, CodingKey {
    case observedGeneration, desiredNumberScheduled, currentNumberScheduled, numberReady, numberAvailable,
      updatedNumberScheduled, numberMisscheduled, conditions
  }

  static let empty = Self(
    observedGeneration: nil, desired: 0, current: 0, ready: 0, available: 0, updated: 0, misscheduled: 0, conditions: [])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
    desired = try container.count(.desiredNumberScheduled)
    current = try container.count(.currentNumberScheduled)
    ready = try container.count(.numberReady)
    available = try container.count(.numberAvailable)
    updated = try container.count(.updatedNumberScheduled)
    misscheduled = try container.count(.numberMisscheduled)
    conditions = try container.list(.conditions)
  }
}
