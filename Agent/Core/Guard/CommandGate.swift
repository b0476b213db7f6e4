public import Signing
public import Wire

/// Why an envelope is not followed.
public struct EnvelopeRefusal: Error, Sendable, Equatable {
  public let reason: RefusalReason
  public let detail: String
  /// Set when the command is genuine, for this life of this agent, and new, so that its sender is told. Everything before
  /// that may be a forgery or a replay: it is only counted.
  public let command: Command?

  init(_ reason: RefusalReason, _ detail: String, command: Command? = nil) {
    self.reason = reason
    self.detail = detail
    self.command = command
  }
}

/// Lets authentic, fresh commands for this agent through and nothing else. The order is the design's: size, signature,
/// type, strict parse, audience, boot, epoch, sequence, age of the key set, time. Pure.
///
/// A key set that has expired still lets through what changes nothing (gather, observe) and what ends a change (stop): the
/// agent only observes. Its keys are not known to be lost, just no longer vouched for, and what an agent tells goes over the
/// link to the control plane alone.
public struct CommandGate: Sendable {
  public let identity: AgentIdentity
  /// The highest epoch that was ever followed.
  public private(set) var epoch: Int64
  /// The highest sequence number that was taken in this boot under `epoch`. A higher epoch begins anew: a control plane whose
  /// database was restored counts from an earlier number.
  public private(set) var sequence: Int64 = 0
  private var trusted: TrustedKeys

  /// How far the control plane's clock may be ahead. The end of a command's time is kept to the millisecond.
  static let clockLeeway = Duration.seconds(5)

  public init(identity: AgentIdentity, root: VerificationKey, epoch: Int64) {
    self.identity = identity
    self.epoch = epoch
    trusted = TrustedKeys(root: root)
  }

  /// Takes a key set that the root key signed and that is not older than the present one.
  public mutating func adopt(keySet: [UInt8]) throws(SigningError) { try trusted.adopt(keySet) }

  /// - Returns: whether it is newer than the present one, which stays otherwise.
  mutating func adoptNewer(keySet: [UInt8]) throws(SigningError) -> Bool {
    let version = trusted.keySet?.version
    try trusted.adopt(keySet)
    return trusted.keySet?.version != version
  }

  /// When the present key set ends; `nil` before the first.
  public var keySetEnds: Timestamp? { trusted.keySet.map { Timestamp(seconds: $0.expiresAt) } }

  /// What the journal of an earlier life knew.
  public mutating func raiseEpoch(to known: Int64) {
    guard known > epoch else { return }
    (epoch, sequence) = (known, 0)
  }

  public mutating func admit(_ bytes: [UInt8], now: Timestamp) throws(EnvelopeRefusal) -> Command {
    let (command, isByExpiredKeys) = try authentic(bytes, now: now)
    guard command.cluster == identity.cluster, command.namespace == identity.namespace, command.agent == identity.agent else {
      throw EnvelopeRefusal(.wrongAudience, "for \(command.cluster)/\(command.namespace)/\(command.agent)")
    }
    guard command.boot == identity.boot else { throw EnvelopeRefusal(.wrongBoot, "for boot \(command.boot)") }
    guard command.epoch >= epoch else {
      throw EnvelopeRefusal(.oldEpoch, "epoch \(command.epoch), \(epoch) was followed already")
    }
    guard command.epoch > epoch || command.sequence > sequence else {
      throw EnvelopeRefusal(.replayed, "sequence \(command.sequence), \(sequence) was taken already")
    }
    epoch = command.epoch
    sequence = command.sequence
    if isByExpiredKeys, command.kind == .act {
      throw EnvelopeRefusal(.keySetExpired, "the key set ended at \(keySetEnds?.rfc3339 ?? "")", command: command)
    }
    guard command.notBefore <= now + Self.clockLeeway else {
      throw EnvelopeRefusal(.notYetValid, "valid from \(command.notBefore), it is \(now)", command: command)
    }
    guard now < command.notAfter else {
      throw EnvelopeRefusal(.expired, "valid until \(command.notAfter), it is \(now)", command: command)
    }
    return command
  }

  private func authentic(_ bytes: [UInt8], now: Timestamp) throws(EnvelopeRefusal) -> (Command, isByExpiredKeys: Bool) {
    let isByExpiredKeys = keySetEnds.map { $0 <= now } ?? false
    let payload: [UInt8]
    do {
      let envelope = try Envelope(parsing: bytes, limit: LinkLimits.envelope)
      let type = ProtocolVersion.commandPayloadType
      payload =
        isByExpiredKeys
        ? try trusted.verifyDespiteExpiry(envelope, type: type)
        : try trusted.verify(envelope, type: type, now: now.milliseconds / 1000)
    } catch {
      throw EnvelopeRefusal(Self.reason(error), error.description)
    }
    do {
      return (try Command(parsing: payload), isByExpiredKeys)
    } catch {
      throw EnvelopeRefusal(.malformedCommand, error.description)
    }
  }

  private static func reason(_ error: SigningError) -> RefusalReason {
    switch error {
    case .tooLarge: .tooLarge
    case .malformedEnvelope: .malformedEnvelope
    case .keySetExpired: .keySetExpired
    case .wrongType: .wrongType
    case .unknownKey, .badSignature, .malformedKey, .malformedKeySet, .keySetRolledBack: .badSignature
    }
  }
}
