public import Kubernetes
public import Wire

/// One kind of call that the agent makes, as RBAC sees it, and why.
public struct Right: Sendable, Hashable {
  /// What has to be switched on for the call to be made.
  public enum Need: Sendable, Hashable {
    /// Nothing: without it the agent is of no use.
    case always
    /// Evidence and signals are poorer without it, and say so.
    case evidence
    case action(Action)
  }

  public let verbs: [APICall.Verb]
  /// Empty for the core group.
  public let group: String
  /// Lower-case plural with the subresource, as RBAC writes it.
  public let resource: String
  /// Only these objects; empty for all.
  public let names: [String]
  public let need: Need
  /// What it is for, as the end of “to …”.
  public let purpose: String

  init(
    _ verbs: [APICall.Verb], _ resource: String, group: String = "", names: [String] = [], for need: Need, to purpose: String
  ) {
    self.verbs = verbs
    self.group = group
    self.resource = resource
    self.names = names
    self.need = need
    self.purpose = purpose
  }

  func covers(_ call: APICall) -> Bool {
    verbs.contains(call.verb) && group == call.group && resource == call.resource
      && (names.isEmpty || call.name.map { names.contains($0) } ?? false)
  }
}
