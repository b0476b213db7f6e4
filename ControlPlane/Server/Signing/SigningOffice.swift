public import Pipeline
import Signing
import Synchronization
public import Wire

/// Holds the keys and decides what they sign: in the control plane itself, or in a process of its own that trusts the control plane as
/// little as it can.
public final class SigningOffice: CommandSigner {
  private struct State {
    var ring: KeyRing
    var budget: SigningBudget
    var epoch: Int64 = 0
  }

  private let state: Mutex<State>
  private let clock: any WallClock

  public init(ring: KeyRing, budget: SigningBudget = SigningBudget(), clock: any WallClock) {
    state = Mutex(State(ring: ring, budget: budget))
    self.clock = clock
  }

  public func keySet() async throws(SignerError) -> SignedKeySet { ring.keySet }

  public var ring: KeyRing { state.withLock { $0.ring } }

  /// The highest epoch that it has signed under.
  public var epoch: Int64 { state.withLock { $0.epoch } }

  /// Takes new keys. A ring with a lower version than the present one changes nothing, one with the same may bring a key whose file came
  /// after the set.
  /// - Returns: whether it was taken.
  @discardableResult
  public func adopt(_ ring: KeyRing) -> Bool {
    state.withLock { state in
      guard ring.keySet.version >= state.ring.keySet.version, ring.keyIDs != state.ring.keyIDs || ring.keySet != state.ring.keySet
      else { return false }
      state.ring = ring
      return true
    }
  }

  public func sign(_ command: Command, under warrant: Warrant?) async throws(SignerError) -> [UInt8] {
    try signature(on: command, under: warrant)
  }

  func signature(on command: Command, under warrant: Warrant?) throws(SignerError) -> [UInt8] {
    let now = clock.now
    if let objection = Self.objection(to: command, warrant, at: now) { throw .refused(objection) }
    guard let payload = try? command.encoded() else { throw .refused("the command does not encode") }
    let answer = state.withLock { state -> Result<KeyRing, SignerError> in
      guard command.epoch >= state.epoch else { return .failure(.oldEpoch(highest: state.epoch)) }
      if let limit = state.budget.book(command, at: now) {
        return .failure(.refused("the signing budget is used up (\(limit))"))
      }
      state.epoch = command.epoch
      return .success(state.ring)
    }
    return try answer.get().sign(payload, type: ProtocolVersion.commandPayloadType).encoded()
  }

  private static func objection(to command: Command, _ warrant: Warrant?, at now: Timestamp) -> String? {
    guard now < command.notAfter else { return "its time ended at \(command.notAfter)" }
    guard case .act(let order) = command.task else { return nil }
    guard command.notBefore.duration(to: command.notAfter) <= CommandDraft.actLifetime else {
      return "an act may begin within \(CommandDraft.actLifetime.components.seconds) s of its decision"
    }
    guard let warrant else { return "there is no verdict for the order" }
    return warrant.objection(to: order, approvers: command.approvers)
  }
}
