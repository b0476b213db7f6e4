import Wire

/// The memory of past incidents: what resembles a new one, and what becomes a precedent.
public struct PrecedentMemory: Sendable {
  /// Precedents for one decision.
  static let limit = 5
  /// The same trouble elsewhere is nearer than this, another trouble under the same alert further; `RecallTests` has the table.
  public static let nearness: Float = 0.75
  /// Of which only the alert is known: it is the same alert, or it is not.
  private static let sameAlert: Float = 0.99

  private let index: any PrecedentIndex
  private let groups: NamespaceGroups

  public init(_ index: any PrecedentIndex, groups: NamespaceGroups = .init()) {
    self.index = index
    self.groups = groups
  }

  /// Nearest first. Incidents of which no evidence is left are known by their alert alone, and come last.
  public func precedents(for incident: Incident) async throws(MemoryError) -> [Precedent] {
    let team = groups.team(of: incident.subject.namespace)
    var found = try await index.nearest(
      to: Embedding(of: incident), of: team, atLeast: Self.nearness, limit: Self.limit)
    if incident.evidence != nil, found.count < Self.limit {
      let known = Set(found.map(\.incident.id))
      let others = try await index.nearest(
        to: Embedding(ofAlert: incident.alertName), of: team, atLeast: Self.sameAlert, limit: Self.limit)
      found += others.filter { !known.contains($0.incident.id) }.prefix(Self.limit - found.count)
    }
    return found.filter { $0.incident.team == team && $0.incident.incident != incident.id }.map(Precedent.init)
  }

  /// Only an act whose help was judged is remembered.
  public func remember(_ incident: Incident) async throws(MemoryError) {
    guard let remembered = RememberedIncident(incident, in: groups) else { return }
    try await index.remember([remembered])
  }

  /// Remembers stored incidents again, such as in another index or after a change of the embedding. One of which no evidence is kept
  /// any more is left as it is: its embedding cannot be made again.
  /// - Returns: how many were remembered.
  public func rebuild(from incidents: [Incident]) async throws(MemoryError) -> Int {
    let remembered = incidents.filter { $0.evidence != nil }.compactMap { RememberedIncident($0, in: groups) }
    if !remembered.isEmpty { try await index.remember(remembered) }
    return remembered.count
  }
}

extension Precedent {
  init(_ recollection: Recollection) {
    let incident = recollection.incident
    self.init(
      incident: incident.incident, alertName: incident.alertName, action: incident.action, verified: incident.verified,
      at: incident.at, similarity: (Double(recollection.similarity) * 100).rounded() / 100)
  }
}

extension Step {
  /// What was seen to help, or not to, is remembered. An act that nobody could watch is no precedent.
  func remembering(after event: IncidentEvent, before: Incident) -> Step {
    guard case .answered(_, .observed) = event, before.verification == nil, incident.verification != nil,
      incident.mode == .normal
    else { return self }
    return Step(incident: incident, timeline: timeline, intents: intents + [.remember])
  }
}
