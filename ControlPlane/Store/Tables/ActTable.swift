import GRDB
import Pipeline
import Wire

extension Database {
  var acts: ActTable { ActTable(db: self) }
}

/// What was ordered for each workload and whether it helped, as the rules count it.
struct ActTable {
  /// More orders of one workload within the time asked about than any rule allows.
  private static let orderLimit = 100

  let db: Database

  /// The act counts for the incident's workload, since its target may be a part of it, such as a pod.
  func insert(_ order: Order, of incident: Incident, sequence: Int64, at now: Timestamp) throws {
    let workload = incident.subject.workload ?? WorkloadName(kind: order.target.kind, name: order.target.name)
    try db.run(
      """
      INSERT INTO acts (sequence, incident, namespace, workload_kind, workload_name, action, ordered_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        sequence, incident.id, incident.subject.namespace, workload.kind, workload.name, order.action.rawValue,
        now.milliseconds,
      ])
  }

  /// Notes when the outcome of an incident's latest act was told. What was not done does not count; what failed, or may have been
  /// done, is not verified: it counts as judged then.
  func note(_ outcome: ExecutionOutcome, ofLastOf incident: Incident.ID) throws {
    switch outcome {
    case .done: break
    case .refused:
      try db.run("DELETE FROM acts WHERE sequence = (SELECT max(sequence) FROM acts WHERE incident = ?)", [incident])
    case .failed(_, let at), .unknown(_, let at):
      try db.run(
        "UPDATE acts SET judged_at = ? WHERE sequence = (SELECT max(sequence) FROM acts WHERE incident = ?)",
        [at.milliseconds, incident])
    }
  }

  /// Notes how the verification of an incident's latest act ended.
  func judge(lastOf incident: Incident.ID, _ verification: Verification) throws {
    try db.run(
      """
      UPDATE acts SET judged_at = ?, verified = ? WHERE sequence = (SELECT max(sequence) FROM acts WHERE incident = ?)
      """, [verification.at.milliseconds, verification.verified, incident])
  }

  func lastJudged(_ workload: WorkloadName, in namespace: String) throws -> Timestamp? {
    try db.value(
      Int64.self,
      """
      SELECT max(judged_at) FROM acts
      WHERE namespace = ? AND workload_name = ? AND workload_kind = ? AND judged_at IS NOT NULL
      """, [namespace, workload.name, workload.kind]
    ).map(Timestamp.init(milliseconds:))
  }

  /// Newest first.
  func ordered(_ workload: WorkloadName, in namespace: String, since start: Timestamp) throws -> [Timestamp] {
    try db.rows(
      """
      SELECT ordered_at FROM acts WHERE namespace = ? AND workload_name = ? AND workload_kind = ? AND ordered_at > ?
      ORDER BY ordered_at DESC LIMIT ?
      """, [namespace, workload.name, workload.kind, start.milliseconds, Self.orderLimit]
    ).map { Timestamp(milliseconds: $0["ordered_at"]) }
  }
}
