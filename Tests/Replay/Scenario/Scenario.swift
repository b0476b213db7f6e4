public import Simulator
public import Wire

/// One scenario file: what a run may see, and apart from it what it is measured by.
public struct Scenario: Sendable {
  /// Names the scenario on the screen. Like the title and the expectation it never reaches a run.
  public let id: String
  public let title: String
  public let situation: Situation
  /// Nil when the file has none: the run is then printed, not judged.
  public let expectation: Expected?
}

/// What happened, and how the cluster stood: everything that a run may see.
public struct Situation: Sendable {
  /// The time of everything.
  public let now: Wire.Timestamp
  /// Namespaces with an agent; `*` stands for the cluster agent, for nodes.
  public let namespaces: [String]
  public let deliveries: [Delivery]
  public let objects: [JSONValue]
  /// By `namespace/pod/container`.
  public let logs: [String: StillCluster.Log]
  public let history: [PastEntry]
  /// Environment settings other than the defaults.
  public let settings: [String: String]

  /// One post of Alertmanager.
  public struct Delivery: Sendable {
    public let after: Duration
    public let body: [UInt8]
  }

  /// What was done for an earlier alert.
  public struct PastEntry: Sendable, Hashable {
    public let alertName: String
    public let namespace: String
    public let pod: String
    /// An action's name, or something else where nothing was done.
    public let actionTaken: String
    public let verified: Bool
    public let age: Duration
    public let description: String
  }
}
