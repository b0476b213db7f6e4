public import HTTP
public import Wire

/// The way to the control plane and back.
public protocol ControlPlaneLink: Sendable {
  func hello(_ hello: Hello) async throws(LinkFailure) -> Welcome
  /// Waits up to `wait` for commands after this sequence number; empty when none came.
  func commands(after sequence: Int64, boot: String, wait: Duration) async throws(LinkFailure) -> [[UInt8]]
  func deliver(_ result: CommandResult) async throws(LinkFailure)
  func deliver(_ report: InventoryReport) async throws(LinkFailure)
  func deliver(_ status: AgentStatus) async throws(LinkFailure)
  func deliver(_ report: SignalReport) async throws(LinkFailure)
  func deliver(_ progress: ActProgress) async throws(LinkFailure)
}

/// Why a request over the link did not succeed.
public enum LinkFailure: Error, Sendable, Equatable {
  /// The control plane said no, and why.
  case refused(LinkError)
  /// Another answer than the protocol has.
  case unexpected(status: Int)
  case transport(HTTPError)
  /// Our message is larger than the protocol allows, or the answer is not what the protocol promises.
  case message(WireError)
}

extension LinkFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let error): "the control plane refused (\(error.code.rawValue)): \(error.message)"
    case .unexpected(let status): "the control plane answered with status \(status)"
    case .transport(let error): "\(error)"
    case .message(let error): "message: \(error)"
    }
  }
}
