public import Wire

/// A command before its delivery: boot nonce, epoch and signature are of the moment when an agent takes it.
public struct CommandDraft: Sendable, Hashable, Codable {
  public let id: String
  public let incident: String
  public let namespace: String
  public let task: Task
  public let approvers: [String]
  public let notBefore: Timestamp
  public let notAfter: Timestamp

  /// `Command.Task`, in a form that is stored.
  public enum Task: Sendable, Hashable, Codable {
    case gather(GatherRequest)
    case act(Order)
    case observe(ObserveRequest)
    case stop(StopRequest)
  }

  init(
    id: String, incident: String, namespace: String, task: Task, approvers: [String] = [], notBefore: Timestamp,
    notAfter: Timestamp
  ) {
    self.id = id
    self.incident = incident
    self.namespace = namespace
    self.task = task
    self.approvers = approvers
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// The command as one agent in one of its lives is to read it.
  /// - Parameter clusterAgentHome: the namespace in which the cluster agent lives.
  public func command(
    cluster: String, clusterAgentHome: String, boot: String, epoch: Int64, sequence: Int64
  ) -> Command {
    let task: Command.Task =
      switch task {
      case .gather(let request): .gather(request)
      case .act(let order): .act(order)
      case .observe(let request): .observe(request)
      case .stop(let request): .stop(request)
      }
    let agent =
      namespace == Command.clusterScope
      ? Command.clusterAgentIdentity(home: clusterAgentHome) : Command.agentIdentity(namespace: namespace)
    return Command(
      id: id, cluster: cluster, namespace: namespace, agent: agent, boot: boot,
      epoch: epoch, sequence: sequence, incident: incident, task: task, approvers: approvers, notBefore: notBefore,
      notAfter: notAfter)
  }
}
