import Crypto
public import Wire

/// What is remembered of an incident whose act was judged: what its trouble was like, what was done, and whether it helped.
public struct RememberedIncident: Sendable, Hashable, Identifiable {
  /// A UUID, made from the incident, so that it is remembered once however often that is tried.
  public let id: String
  public let incident: Incident.ID
  public let embedding: Embedding
  /// Whose it is: only for the same team is it a precedent.
  public let team: String
  public let alertName: String
  public let namespace: String
  public let pod: String?
  public let action: Action
  /// Whether the act helped.
  public let verified: Bool
  /// When that was judged.
  public let at: Timestamp
  /// `runbooks`, or the model that chose the act.
  public let decidedBy: String

  public init(
    id: String, incident: Incident.ID, embedding: Embedding, team: String, alertName: String, namespace: String, pod: String?,
    action: Action, verified: Bool, at: Timestamp, decidedBy: String
  ) {
    self.id = id
    self.incident = incident
    self.embedding = embedding
    self.team = team
    self.alertName = alertName
    self.namespace = namespace
    self.pod = pod
    self.action = action
    self.verified = verified
    self.at = at
    self.decidedBy = decidedBy
  }

  /// - Returns: nil unless something was done, and it was seen whether it helped.
  public init?(_ incident: Incident, in groups: NamespaceGroups) {
    guard let action = incident.actionTaken, let verification = incident.verification else { return nil }
    self.init(
      id: Self.id(of: incident), incident: incident.id, embedding: Embedding(of: incident),
      team: groups.team(of: incident.subject.namespace), alertName: incident.alertName, namespace: incident.subject.namespace,
      pod: incident.subject.pods.first, action: action, verified: verification.verified, at: verification.at,
      decidedBy: "\(incident.decision?.decidedBy ?? .runbooks)")
  }

  /// A UUID of version 8 (RFC 9562): the first bits of a digest. The nonce keeps incidents of two databases apart.
  private static func id(of incident: Incident) -> String {
    var bytes = Array(SHA256.hash(data: Array("ai-sre incident \(incident.id) \(incident.nonce)".utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var (text, rest) = ("", digits[...])
    for length in [8, 4, 4, 4, 12] {
      text += (text.isEmpty ? "" : "-") + rest.prefix(length)
      rest = rest.dropFirst(length)
    }
    return text
  }
}

/// A remembered incident that resembles the one that was asked about.
public struct Recollection: Sendable, Hashable {
  public let incident: RememberedIncident
  /// From -1 to 1.
  public let similarity: Float

  public init(_ incident: RememberedIncident, similarity: Float) {
    self.incident = incident
    self.similarity = similarity
  }
}

/// Which namespaces belong together: they share their precedents. One that is in no group is its own.
public struct NamespaceGroups: Sendable, Hashable {
  private let teams: [String: String]

  public init(_ groups: [String: [String]] = [:]) {
    teams = Dictionary(
      groups.sorted { $0.key < $1.key }.flatMap { team, namespaces in namespaces.map { ($0, team) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// A group's name never equals that of another namespace's own.
  public func team(of namespace: String) -> String { teams[namespace].map { "group:\($0)" } ?? namespace }
}

extension NamespaceGroups: CustomStringConvertible {
  /// As it is set: `payments=pay-api+pay-db`.
  public var description: String {
    let groups = Dictionary(grouping: teams.keys.sorted()) { teams[$0] ?? "" }
    let texts = groups.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: "+"))" }
    return texts.isEmpty ? "none" : texts.joined(separator: ",")
  }
}
