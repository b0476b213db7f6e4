/// An autoscaler of `autoscaling/v2`.
public struct HorizontalPodAutoscaler: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers")

  public let metadata: ObjectMetadata
  public let spec: Spec
  public let status: Status

  public struct Spec: Sendable, Hashable {
    public let target: ScaleTarget
    public let minReplicas: Int
    public let maxReplicas: Int
    public let metrics: [AutoscalerMetric]
  }

  public struct ScaleTarget: Sendable, Hashable, Decodable {
    public let apiVersion: String?
    public let kind: String
    public let name: String
  }

  public struct Status: Sendable, Hashable {
    public let currentReplicas: Int
    public let desiredReplicas: Int
    public let lastScaleTime: APITime?
    public let currentMetrics: [AutoscalerMetric]
    public let conditions: [Condition]
  }
}

/// One metric of the spec (with a target) or of the status (with a current value).
public struct AutoscalerMetric: Sendable, Hashable {
  /// `Resource`, `ContainerResource`, `Pods`, `Object` or `External`.
  public let type: String
  /// `cpu`, or the metric's name; a container's as `app/cpu`.
  public let name: String
  /// The goal or the current value, whichever the place gives; percent where one is given.
  public let utilization: Int?
  public let averageValue: String?
  public let value: String?
}

extension HorizontalPodAutoscaler {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status =
      try container.decodeIfPresent(Status.self, forKey: .status)
      ?? Status(currentReplicas: 0, desiredReplicas: 0, lastScaleTime: nil, currentMetrics: [], conditions: [])
  }
}

extension HorizontalPodAutoscaler.Spec: Decodable {
  private enum CodingKeys: String, CodingKey { case minReplicas, maxReplicas, metrics, target = "scaleTargetRef" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    target = try container.decode(HorizontalPodAutoscaler.ScaleTarget.self, forKey: .target)
    minReplicas = try container.decodeIfPresent(Int.self, forKey: .minReplicas) ?? 1
    maxReplicas = try container.count(.maxReplicas)
    metrics = try container.list(.metrics)
  }
}

extension HorizontalPodAutoscaler.Status: Decodable {
  private enum CodingKeys: String, CodingKey { case currentReplicas, desiredReplicas, lastScaleTime, currentMetrics, conditions }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    currentReplicas = try container.count(.currentReplicas)
    desiredReplicas = try container.count(.desiredReplicas)
    lastScaleTime = try container.decodeIfPresent(APITime.self, forKey: .lastScaleTime)
    currentMetrics = try container.list(.currentMetrics)
    conditions = try container.list(.conditions)
  }
}

extension AutoscalerMetric: Decodable {
  private enum CodingKeys: String, CodingKey { case type, resource, containerResource, pods, object, external }

  private struct Source: Decodable {
    struct Metric: Decodable { let name: String? }
    let name: String?
    let container: String?
    let metric: Metric?
    let target: Value?
    let current: Value?
  }

  private struct Value: Decodable {
    let averageUtilization: Int?
    let averageValue: String?
    let value: String?

    private enum CodingKeys: String, CodingKey { case averageUtilization, averageValue, value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      averageUtilization = try container.decodeIfPresent(Int.self, forKey: .averageUtilization)
      averageValue = try container.text(.averageValue)
      value = try container.text(.value)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decodeIfPresent(String.self, forKey: .type) ?? ""
    let places: [CodingKeys] = [.resource, .containerResource, .pods, .object, .external]
    let source = try places.lazy.compactMap { try container.decodeIfPresent(Source.self, forKey: $0) }.first
    let metric = source?.name ?? source?.metric?.name ?? ""
    name = source?.container.map { "\($0)/\(metric)" } ?? metric
    let quantity = source?.target ?? source?.current
    utilization = quantity?.averageUtilization
    averageValue = quantity?.averageValue
    value = quantity?.value
  }
}
