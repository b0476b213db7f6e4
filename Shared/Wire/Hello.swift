/// Opens a link session: `POST /agent/v1/hello`, on every connect. The namespace is not in it: that comes from the token.
public struct Hello: Sendable, Hashable, Codable {
  public let protocolVersion: Int
  /// Version of the agent's program.
  public let agentVersion: String
  /// 128 random bits in hexadecimal, made once at the agent's start.
  public let boot: String
  public let actions: [Action]
  /// The highest epoch that this agent has ever followed.
  public let epoch: Int64
  /// Entries of the namespace's allow-list for `exec_pod`.
  public let execCommands: [String]

  public init(
    protocolVersion: Int = ProtocolVersion.current, agentVersion: String, boot: String, actions: [Action], epoch: Int64,
    execCommands: [String] = []
  ) {
    self.protocolVersion = protocolVersion
    self.agentVersion = agentVersion
    self.boot = boot
    self.actions = actions
    self.epoch = epoch
    self.execCommands = execCommands
  }
}

/// The control plane's answer to hello.
public struct Welcome: Sendable, Hashable, Codable {
  public let protocolVersion: Int
  public let cluster: String
  /// As the token says; the agent checks it against its own.
  public let namespace: String
  public let epoch: Int64
  /// The key set: a DSSE envelope by the root key, as a string of JSON.
  public let keySet: String
  /// How long the long poll may wait, in seconds.
  public let pollSeconds: Int

  public init(
    protocolVersion: Int = ProtocolVersion.current, cluster: String, namespace: String, epoch: Int64, keySet: String,
    pollSeconds: Int
  ) {
    self.protocolVersion = protocolVersion
    self.cluster = cluster
    self.namespace = namespace
    self.epoch = epoch
    self.keySet = keySet
    self.pollSeconds = pollSeconds
  }
}

/// `POST /agent/v1/status`: sent after hello and when a count has changed, at most once a second.
public struct AgentStatus: Sendable, Hashable, Codable {
  public let boot: String
  /// Refused envelopes since the agent's start, by reason.
  public let refusals: [String: Int]
  /// What the agent cannot do at the moment, one line each: an unreadable guard, a watch that is silent.
  public let impairments: [String]
  /// The ledger of blindness, newest first; a span is repeated when it ends.
  public let blindSpans: [BlindSpan]

  public static let blindSpanLimit = 64

  public init(boot: String, refusals: [RefusalReason: Int], impairments: [String], blindSpans: [BlindSpan] = []) {
    self.boot = boot
    self.refusals = Dictionary(uniqueKeysWithValues: refusals.map { ($0.key.rawValue, $0.value) })
    self.impairments = impairments
    self.blindSpans = Array(blindSpans.prefix(Self.blindSpanLimit))
  }
}

/// The body of every refusal by the control plane's agent endpoints.
public struct LinkError: Sendable, Hashable, Codable, Error {
  public enum Code: String, Sendable, Codable, CaseIterable {
    case unauthorized, unsupportedVersion, malformed, tooLarge
    /// Say hello first: the control plane does not know this boot nonce.
    case unknownBoot
    /// The delta does not follow what the control plane holds: send a snapshot.
    case snapshotNeeded
    /// A newer life of the same agent has said hello.
    case superseded
    case unavailable
  }

  public let code: Code
  public let message: String

  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}
