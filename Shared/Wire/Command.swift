/// The payload of a command envelope. The receiver parses only the bytes whose signature it verified, with `init(parsing:)`.
public struct Command: Sendable, Hashable {
  public static let version = 1

  /// Stays the same over every delivery; the effect of one id happens at most once.
  public let id: String
  public let cluster: String
  public let namespace: String
  /// `system:serviceaccount:NAMESPACE:ai-sre-agent`
  public let agent: String
  /// The nonce that the agent made at its start; an envelope for an earlier life of the agent is void.
  public let boot: String
  /// Raised whenever another control plane takes over; an agent follows only the highest that it has seen.
  public let epoch: Int64
  /// Rises with every command of one agent; the agent takes each number once per boot.
  public let sequence: Int64
  public let incident: String
  public let task: Task
  /// Who approved, as authenticated; empty when policy let it pass alone.
  public let approvers: [String]
  public let notBefore: Timestamp
  /// 120 s after the decision (the design's bound); the agent refuses it from then on.
  public let notAfter: Timestamp

  public enum Task: Sendable, Hashable {
    case gather(GatherRequest)
    case act(Order)
    case observe(ObserveRequest)
    case stop(StopRequest)
  }

  public enum Kind: String, Sendable, Codable, CaseIterable {
    case gather, act, observe, stop
  }

  public init(
    id: String, cluster: String, namespace: String, agent: String, boot: String, epoch: Int64, sequence: Int64,
    incident: String, task: Task, approvers: [String] = [], notBefore: Timestamp, notAfter: Timestamp
  ) {
    self.id = id
    self.cluster = cluster
    self.namespace = namespace
    self.agent = agent
    self.boot = boot
    self.epoch = epoch
    self.sequence = sequence
    self.incident = incident
    self.task = task
    self.approvers = approvers
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  public var kind: Kind {
    switch task {
    case .gather: .gather
    case .act: .act
    case .observe: .observe
    case .stop: .stop
    }
  }

  /// The name of a namespace's agent, as TokenReview gives it.
  public static func agentIdentity(namespace: String) -> String {
    "system:serviceaccount:\(namespace):ai-sre-agent"
  }

  /// Stands for the whole cluster where a namespace is named: the cluster agent's scope, which is nodes and what no namespace holds.
  public static let clusterScope = "*"

  /// The name of the cluster agent, which lives in one namespace and answers for ``clusterScope``.
  public static func clusterAgentIdentity(home namespace: String) -> String {
    "system:serviceaccount:\(namespace):ai-sre-cluster-agent"
  }
}

extension Command: Encodable {
  enum CodingKeys: String, CodingKey {
    case version, id, cluster, namespace, agent, boot, epoch, sequence, incident, kind, order, gather, observe, stop, approvers,
      notBefore, notAfter
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(id, forKey: .id)
    try container.encode(cluster, forKey: .cluster)
    try container.encode(namespace, forKey: .namespace)
    try container.encode(agent, forKey: .agent)
    try container.encode(boot, forKey: .boot)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(sequence, forKey: .sequence)
    try container.encode(incident, forKey: .incident)
    try container.encode(kind, forKey: .kind)
    switch task {
    case .gather(let request): try container.encode(request, forKey: .gather)
    case .act(let order): try container.encode(order, forKey: .order)
    case .observe(let request): try container.encode(request, forKey: .observe)
    case .stop(let request): try container.encode(request, forKey: .stop)
    }
    try container.encode(approvers, forKey: .approvers)
    try container.encode(notBefore, forKey: .notBefore)
    try container.encode(notAfter, forKey: .notAfter)
  }

  public func encoded() throws -> [UInt8] {
    try CanonicalJSON.bytes(of: self)
  }
}

extension Command {
  /// - Throws: for unknown, missing or repeated keys, wrong types, and every version but this one.
  public init(parsing bytes: [UInt8]) throws(StrictJSONError) {
    var object = try StrictObject(try StrictJSON(parsing: bytes))
    guard try object.integer("version") == Self.version else {
      throw .wrongType(key: "version", expected: "\(Self.version)")
    }
    let task: Task =
      switch try object.choice("kind", of: Kind.self) {
      case .gather: .gather(try GatherRequest(try object.object("gather")))
      case .act: .act(try Order(try object.object("order")))
      case .observe: .observe(try ObserveRequest(try object.object("observe")))
      case .stop: .stop(try StopRequest(try object.object("stop")))
      }
    self.init(
      id: try object.string("id", limit: 128),
      cluster: try object.string("cluster", limit: 253),
      namespace: try object.string("namespace", limit: 63),
      agent: try object.string("agent", limit: 256),
      boot: try object.string("boot", limit: 64),
      epoch: try object.integer("epoch"),
      sequence: try object.integer("sequence"),
      incident: try object.string("incident", limit: 64),
      task: task,
      approvers: try object.strings("approvers", limit: 8),
      notBefore: try object.timestamp("notBefore"),
      notAfter: try object.timestamp("notAfter"))
    try object.finish()
  }
}
