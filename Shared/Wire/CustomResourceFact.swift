/// An object of a well-known custom resource that the workload depends on: ExternalSecret, Certificate, Argo CD's Application, Flux's Kustomization, KEDA's ScaledObject.
public struct CustomResourceFact: Sendable, Hashable, Codable {
  public let kind: String
  public let name: String
  public let namespace: String
  public let conditions: [ConditionFact]
  /// Fields that decide something, such as `refreshTime`, `notAfter`, `sync`.
  public let summary: [String: String]

  public init(
    kind: String, name: String, namespace: String, conditions: [ConditionFact] = [], summary: [String: String] = [:]
  ) {
    self.kind = kind
    self.name = name
    self.namespace = namespace
    self.conditions = conditions
    self.summary = summary
  }
}
