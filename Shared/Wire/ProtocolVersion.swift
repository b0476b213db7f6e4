/// The version of the agent link. Both sides send it in hello; a control plane serves agents of its own and the previous version.
public enum ProtocolVersion {
  public static let current = 1
  public static let supported = 1...1

  /// Media type of the payload in a command's DSSE envelope; part of what is signed.
  public static let commandPayloadType = "application/vnd.ai-sre.command+json"
}

/// Upper bounds of what travels on the link, in bytes unless said otherwise. A receiver refuses more before it parses.
public enum LinkLimits {
  /// One signed command envelope.
  public static let envelope = 64 * 1024
  /// One result of a command, evidence included.
  public static let result = 512 * 1024
  /// One inventory report: 10,000 pods at about 400 bytes.
  public static let inventory = 8 * 1024 * 1024
  /// Hello, welcome and status.
  public static let message = 128 * 1024
  /// Envelopes in one answer of the long poll.
  public static let envelopesPerPoll = 16
}
