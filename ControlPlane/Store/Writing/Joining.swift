import Pipeline
import Wire

/// Which open incident a firing alert belongs to: one incident per workload at a time.
enum Joining {
  /// An open incident that the alert may belong to, as far as it was looked up.
  struct Candidate: Hashable {
    let id: Incident.ID
    let mode: Incident.Mode
    let namespace: String
    let alertName: String
    let workload: WorkloadName?
    /// `Subject.names`, as far as they were looked up.
    let names: [String]
  }

  /// A crash loop looks well between two back-offs, so its signal comes and goes. Of a workload that was left to a person within this time
  /// nobody is told again because of it.
  static let signalRest = Duration.seconds(3600)
  /// Alertmanager's rules wait for minutes before they fire: an alert that follows within this time on an incident which a signal opened is
  /// about the same trouble.
  static let alertRest = Duration.seconds(900)

  /// The one with the same workload, or failing that the oldest that may have the same.
  static func choice(for opening: Opening, among candidates: [Candidate]) -> Incident.ID? {
    guard opening.mode == .normal else { return nil }
    let inReach = candidates.filter { $0.mode == .normal && $0.namespace == opening.subject.namespace }.sorted { $0.id < $1.id }
    let same = inReach.first { $0.workload != nil && $0.workload == opening.subject.workload }
    return (same ?? inReach.first { mayBeSame($0, opening) })?.id
  }

  /// Two confirmed workloads are the same or not. While one is unknown, the same alert about the same pod is the same trouble,
  /// and so is the same alert about the namespace as a whole.
  private static func mayBeSame(_ candidate: Candidate, _ opening: Opening) -> Bool {
    guard candidate.workload == nil || opening.subject.workload == nil, candidate.alertName == opening.alert.name else {
      return false
    }
    let names = opening.subject.names
    if candidate.names.contains(where: names.contains) { return true }
    return candidate.workload == nil && opening.subject.workload == nil && candidate.names.isEmpty && names.isEmpty
  }
}
