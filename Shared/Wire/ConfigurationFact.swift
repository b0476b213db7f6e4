/// A ConfigMap or Secret that the workload refers to. The agent cannot read Secrets: what it knows of one comes from events and from the objects that make it.
public struct ConfigurationFact: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case configMap = "ConfigMap"
    case secret = "Secret"
  }

  public let kind: Kind
  public let name: String
  /// Nil when it may not be asked.
  public let exists: Bool?
  /// The last write by managedFields, or the creation.
  public let changedAt: Timestamp?
  public let changedBy: String?
  /// Keys that the template asks for and that are not there.
  public let missingKeys: [String]
  public let mountedBySubPath: Bool

  public init(
    kind: Kind, name: String, exists: Bool? = nil, changedAt: Timestamp? = nil, changedBy: String? = nil,
    missingKeys: [String] = [], mountedBySubPath: Bool = false
  ) {
    self.kind = kind
    self.name = name
    self.exists = exists
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.missingKeys = missingKeys
    self.mountedBySubPath = mountedBySubPath
  }
}
