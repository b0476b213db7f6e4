import Kubernetes
import Wire

/// Jobs and CronJobs as facts. Pure.
struct JobFacts: Sendable {
  let text: SafeText

  func fact(_ metadata: ObjectMetadata, _ spec: JobSpec, _ status: JobStatus) -> JobFact {
    let cronJob = metadata.controller.flatMap { $0.kind == CronJob.type.kind ? $0.name : nil }
    return JobFact(
      name: metadata.name, uid: metadata.uid, cronJob: cronJob, createdAt: metadata.creationTimestamp.map { Timestamp($0) },
      startedAt: status.startTime.map { Timestamp($0) }, completedAt: status.completionTime.map { Timestamp($0) },
      active: status.active, succeeded: status.succeeded, failed: status.failed, completions: spec.completions,
      backoffLimit: spec.backoffLimit, deadlineSeconds: spec.activeDeadlineSeconds, suspended: spec.suspend,
      conditions: status.conditions.map(text.condition))
  }

  func fact(_ metadata: ObjectMetadata, _ spec: CronJob.Spec, _ status: CronJob.Status) -> CronJobFact {
    CronJobFact(
      name: metadata.name, uid: metadata.uid, schedule: text.value(spec.schedule), timeZone: spec.timeZone.map(text.value),
      suspended: spec.suspend, concurrencyPolicy: spec.concurrencyPolicy,
      lastScheduledAt: status.lastScheduleTime.map { Timestamp($0) },
      lastSucceededAt: status.lastSuccessfulTime.map { Timestamp($0) },
      active: Array(status.active.prefix(EvidenceLimits.jobs)))
  }

  /// Those that the alert names first, then the newest.
  static func chosen(_ jobs: [JobSummary], named: [String]) -> [JobSummary] {
    Array(
      jobs.sorted { left, right in
        let isNamed = (named.contains(left.metadata.name), named.contains(right.metadata.name))
        guard isNamed.0 == isNamed.1 else { return isNamed.0 }
        let created = (left.metadata.creationTimestamp, right.metadata.creationTimestamp)
        if let first = created.0, let second = created.1, first != second { return first > second }
        return left.metadata.name > right.metadata.name
      }.prefix(EvidenceLimits.jobs))
  }
}
