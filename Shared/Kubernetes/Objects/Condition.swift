/// A condition of an object's status. Controllers rewrite them as the world changes.
public struct Condition: Sendable, Hashable, Decodable {
  public let type: String
  /// `True`, `False` or `Unknown`.
  public let status: String
  public let reason: String?
  public let message: String?
  public let lastTransitionTime: APITime?
  /// Nodes only: when the kubelet last said so.
  public let lastHeartbeatTime: APITime?

  public var isTrue: Bool { status == "True" }
}

extension [Condition] {
  public func first(type: String) -> Condition? { first { $0.type == type } }
}
