/// A PodDisruptionBudget that selects the workload's pods.
public struct BudgetFact: Sendable, Hashable, Codable {
  public let name: String
  public let minAvailable: String?
  public let maxUnavailable: String?
  public let disruptionsAllowed: Int
  public let currentHealthy: Int
  public let desiredHealthy: Int
  public let expectedPods: Int
  /// False while the controller has not seen the newest spec.
  public let isObserved: Bool

  public init(
    name: String, minAvailable: String? = nil, maxUnavailable: String? = nil, disruptionsAllowed: Int, currentHealthy: Int,
    desiredHealthy: Int, expectedPods: Int, isObserved: Bool = true
  ) {
    self.name = name
    self.minAvailable = minAvailable
    self.maxUnavailable = maxUnavailable
    self.disruptionsAllowed = disruptionsAllowed
    self.currentHealthy = currentHealthy
    self.desiredHealthy = desiredHealthy
    self.expectedPods = expectedPods
    self.isObserved = isObserved
  }
}
