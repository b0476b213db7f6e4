import GRDB
import Pipeline
import Wire

extension Database {
  var livePods: LivePodTable { LivePodTable(db: self) }
}

/// The pods, or failing those the object, that a live incident's alerts name, by which further alerts find it while a workload is not confirmed.
struct LivePodTable {
  /// Incidents that one pod name may lead to; they differ in workload, so more than a few are odd.
  private static let candidateLimit = 16

  let db: Database

  func replace(_ before: Set<LivePod>, with after: Set<LivePod>) throws {
    for gone in before.subtracting(after) {
      try db.run(
        "DELETE FROM live_pods WHERE namespace = ? AND alert_name = ? AND pod = ? AND incident = ?",
        [gone.namespace, gone.alertName, gone.name, gone.incident])
    }
    for new in after.subtracting(before) {
      try db.run("INSERT INTO live_pods VALUES (?, ?, ?, ?)", [new.namespace, new.alertName, new.name, new.incident])
    }
  }

  /// What an opening may join: the incident of its workload, and those of the same alert that name one of its pods.
  func candidates(for opening: Opening) throws -> [Joining.Candidate] {
    let subject = opening.subject
    var found: [Joining.Candidate] = []
    if let workload = subject.workload, let id = try db.incidents.live(workload, in: subject.namespace) {
      found.append(
        Joining.Candidate(
          id: id, mode: .normal, namespace: subject.namespace, alertName: opening.alert.name, workload: workload, names: []))
    }
    for pod in LivePod.names(of: subject) {
      found += try candidates(naming: pod, opening.alert.name, in: subject.namespace)
    }
    return found
  }

  private func candidates(naming pod: String, _ alertName: String, in namespace: String) throws -> [Joining.Candidate] {
    try db.rows(
      """
      SELECT id, workload_kind, workload_name FROM live_pods JOIN incidents ON id = incident
      WHERE live_pods.namespace = ? AND live_pods.alert_name = ? AND live_pods.pod = ? ORDER BY incident LIMIT ?
      """, [namespace, alertName, pod, Self.candidateLimit]
    ).map { row in
      let (kind, name): (String?, String?) = (row["workload_kind"], row["workload_name"])
      let workload = if let kind, let name { WorkloadName(kind: kind, name: name) } else { nil as WorkloadName? }
      return Joining.Candidate(
        id: row["id"], mode: .normal, namespace: namespace, alertName: alertName, workload: workload,
        names: pod.isEmpty ? [] : [pod])
    }
  }
}

struct LivePod: Hashable {
  let namespace: String
  let alertName: String
  let name: String
  let incident: Incident.ID

  static func of(_ incident: Incident) -> Set<LivePod> {
    guard incident.isLive else { return [] }
    let subject = incident.subject
    return Set(
      names(of: subject).map {
        LivePod(namespace: subject.namespace, alertName: incident.alertName, name: $0, incident: incident.id)
      })
  }

  /// A subject that is the namespace as a whole is found by the empty name.
  static func names(of subject: Subject) -> [String] {
    subject.names.isEmpty && subject.workload == nil ? [""] : subject.names
  }
}
