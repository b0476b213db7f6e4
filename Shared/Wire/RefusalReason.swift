/// Why an agent did not carry out what it was sent, in the order in which it checks.
public enum RefusalReason: String, Sendable, Codable, CaseIterable {
  /// More bytes than an envelope may have.
  case tooLarge = "too_large"
  /// Not a DSSE envelope.
  case malformedEnvelope = "malformed_envelope"
  /// No signature by a key of the key set, or one that does not verify.
  case badSignature = "bad_signature"
  /// The key set has expired: the agent only observes until it has a newer one.
  case keySetExpired = "key_set_expired"
  /// Signed, but as another type of document.
  case wrongType = "wrong_type"
  /// Signed, but not a command that this version reads strictly.
  case malformedCommand = "malformed_command"
  /// For another cluster, namespace or agent.
  case wrongAudience = "wrong_audience"
  /// For an earlier life of this agent.
  case wrongBoot = "wrong_boot"
  /// From a control plane that another has replaced.
  case oldEpoch = "old_epoch"
  /// A sequence number that was taken already.
  case replayed
  case notYetValid = "not_yet_valid"
  case expired
  /// The team's ConfigMap says stop.
  case killSwitch = "kill_switch"
  /// The team's ConfigMap could not be read, which counts as stop.
  case guardUnreadable = "guard_unreadable"
  case frozen
  /// The target, its template or its size is no longer what was decided about.
  case preconditionFailed = "precondition_failed"
  /// This agent does not know the action or may not take it.
  case unsupported
  /// A server-side dry run of the act was refused: by admission, validation or rights.
  case dryRunRefused = "dry_run_refused"
  /// The journal could not be written, so the act could not have been proven.
  case journalUnwritable = "journal_unwritable"
}
