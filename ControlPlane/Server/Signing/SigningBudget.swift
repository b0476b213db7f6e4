import Wire

/// How much may be signed: a bound that holds whatever the control plane believes. Acts are counted by command, since each is signed again
/// for every delivery; everything else by signature. Pure.
public struct SigningBudget: Sendable, Hashable {
  public struct Limits: Sendable, Hashable {
    /// Different acts in an hour.
    public var actsPerHour = 60
    /// Signatures of any kind in a minute.
    public var signaturesPerMinute = 60_000

    public init() {}
  }

  private let limits: Limits
  /// Acts of the last hour, each with its first signature.
  private var acts: [String: Timestamp] = [:]
  private var minute = Timestamp(milliseconds: 0)
  private var signatures = 0

  public init(_ limits: Limits = .init()) {
    self.limits = limits
  }

  /// - Returns: why it is over the budget; nil when it was booked.
  mutating func book(_ command: Command, at now: Timestamp) -> String? {
    if minute + .seconds(60) <= now || now < minute { (minute, signatures) = (now, 0) }
    guard signatures < limits.signaturesPerMinute else { return "\(limits.signaturesPerMinute) signatures in a minute" }
    if command.kind == .act, acts[command.id] == nil {
      acts = acts.filter { $0.value + .seconds(3600) > now }
      guard acts.count < limits.actsPerHour else { return "\(limits.actsPerHour) acts in an hour" }
      acts[command.id] = now
    }
    signatures += 1
    return nil
  }
}
