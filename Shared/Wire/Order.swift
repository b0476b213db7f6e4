import FoundationEssentials

/// What is to be done, to what, and on what conditions: the part of an act command that does not change between deliveries. An
/// approval binds the digest of these bytes, and every envelope repeats them.
public struct Order: Sendable, Hashable, Codable {
  public let incident: String
  public let action: Action
  public let target: Target
  public let preconditions: Preconditions
  public let parameters: Parameters
  public let risk: Risk
  /// SHA-256, in lower-case hexadecimal, of the verdict that allowed it.
  public let verdictDigest: String

  public init(
    incident: String, action: Action, target: Target, preconditions: Preconditions, parameters: Parameters = .init(),
    risk: Risk, verdictDigest: String
  ) {
    self.incident = incident
    self.action = action
    self.target = target
    self.preconditions = preconditions
    self.parameters = parameters
    self.risk = risk
    self.verdictDigest = verdictDigest
  }

  /// What the agent must still find before it acts; the uid is in the target.
  public struct Preconditions: Sendable, Hashable, Codable {
    /// SHA-256 of the canonical pod template, as the evidence had it; nil for objects without one.
    public let templateDigest: String?
    /// `spec.replicas` before a scale, `spec.maxReplicas` before it is raised.
    public let replicas: Int?

    public init(templateDigest: String? = nil, replicas: Int? = nil) {
      self.templateDigest = templateDigest
      self.replicas = replicas
    }
  }

  public struct Parameters: Sendable, Hashable, Codable {
    /// Absolute count for `scale_deployment` and `raise_hpa_max`.
    public let replicas: Int?
    /// `deployment.kubernetes.io/revision` for `rollback_deployment`.
    public let revision: Int?
    /// The entry of the namespace's own allow-list for `exec_pod`; never a command itself.
    public let command: String?

    public init(replicas: Int? = nil, revision: Int? = nil, command: String? = nil) {
      self.replicas = replicas
      self.revision = revision
      self.command = command
    }
  }

  /// The bytes that digests and approvals are made over: JSON with sorted keys and no spaces.
  public func canonicalBytes() throws -> [UInt8] {
    try CanonicalJSON.bytes(of: self)
  }
}

extension Order {
  init(_ object: consuming StrictObject) throws(StrictJSONError) {
    var preconditions = try object.object("preconditions")
    var parameters = try object.object("parameters")
    self.init(
      incident: try object.string("incident", limit: 64),
      action: try object.choice("action", of: Action.self),
      target: try Target(try object.object("target")),
      preconditions: Preconditions(
        templateDigest: try preconditions.optionalString("templateDigest", limit: 64),
        replicas: try preconditions.optionalInteger("replicas").map(Int.init)),
      parameters: Parameters(
        replicas: try parameters.optionalInteger("replicas").map(Int.init),
        revision: try parameters.optionalInteger("revision").map(Int.init),
        command: try parameters.optionalString("command", limit: 64)),
      risk: try object.choice("risk", of: Risk.self),
      verdictDigest: try object.string("verdictDigest", limit: 64))
    try preconditions.finish()
    try parameters.finish()
    try object.finish()
  }
}

/// JSON with sorted keys, without spaces and without escaped slashes, so that equal values give equal bytes.
public enum CanonicalJSON {
  public static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }
}
