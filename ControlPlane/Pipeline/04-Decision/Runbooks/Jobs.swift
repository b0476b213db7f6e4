import Wire

/// Jobs and the CronJobs that start them.
///
/// A Job that failed is over: its next run, if there is one, tells whether something is left to do. What a migration left half
/// done only a person can judge.
enum Jobs {
  /// A Job without a deadline that runs for longer than this is looked at by a person.
  static let longRun = Duration.seconds(3600)

  static let runbook: Runbook = { examination in
    let jobs = examination.evidence.jobs
    guard !jobs.isEmpty || !examination.evidence.cronJobs.isEmpty, examination.isAboutJobs else { return nil }
    let named = jobs.first { $0.fact.name == examination.names("job_name") }
    guard let job = named ?? jobs.first(where: \.fact.hasFailed) ?? jobs.first(where: { $0.fact.active > 0 }) ?? jobs.first else {
      return cronJob(examination)
    }
    if job.fact.hasFailed { return failed(job, examination) }
    if job.fact.isComplete {
      let text = "Job \(job.fact.name) has completed."
      return Opinion(text, facts: [job.id], examination.nothing(Score.strong, text))
    }
    return running(job, examination)
  }

  private static func failed(_ job: Examination.Cited<JobFact>, _ examination: Examination) -> Opinion {
    let fact = job.fact
    let at = fact.failedAt ?? fact.startedAt ?? fact.createdAt
    let condition = fact.conditions.first { $0.type == "Failed" && $0.status == "True" }
    let text = "Job \(fact.name) failed \(examination.age(at)) ago (\(condition?.reason ?? "\(fact.failed) failed pods"))"
    if let success = laterSuccess(after: job, at, examination) {
      return Opinion(
        "\(text), and \(success.text).", facts: [job.id] + success.facts,
        examination.nothing(Score.proven, "\(text), and \(success.text) since: it has healed by itself."))
    }
    let next = examination.evidence.jobs.first { $0.fact.isLater(than: fact) && $0.fact.active > 0 && $0.fact.failed == 0 }
    if let next {
      return Opinion(
        "\(text).", facts: [job.id, next.id], examination.wait(Score.strong, "\(text); \(next.fact.name) runs now and will tell.")
      )
    }
    let words = examination.lastWords(of: examination.evidence.pods)
    let said = words.map { ": \($0.line.quoted)" } ?? "."
    return Opinion(
      "\(text)\(said)", facts: [job.id] + [words?.id].compactMap(\.self),
      examination.escalate(
        Score.strong,
        "\(text)\(said) No later run has succeeded, and to run it again may do its work twice unless it is idempotent: a "
          + "person decides."
      ))
  }

  private static func laterSuccess(
    after job: Examination.Cited<JobFact>, _ failure: Timestamp?, _ examination: Examination
  ) -> (text: String, facts: [String])? {
    if let later = examination.evidence.jobs.first(where: { $0.fact.isLater(than: job.fact) && $0.fact.isComplete }) {
      return ("the later run \(later.fact.name) succeeded", [later.id])
    }
    guard let cron = examination.evidence.cronJobs.first(where: { $0.fact.name == job.fact.cronJob }) else { return nil }
    guard let success = cron.fact.lastSucceededAt, let failure, success > failure else { return nil }
    return ("CronJob \(cron.fact.name) succeeded \(examination.age(success)) ago", [cron.id])
  }

  private static func running(_ job: Examination.Cited<JobFact>, _ examination: Examination) -> Opinion? {
    let fact = job.fact
    if fact.suspended {
      let text = "Job \(fact.name) is suspended, which somebody or a queue has set."
      return Opinion(text, facts: [job.id], examination.wait(Score.likely, text))
    }
    // Why its pods do not run is for the runbooks of pods.
    guard examination.crashing.isEmpty, examination.unschedulable.isEmpty else { return nil }
    let text =
      "Job \(fact.name) runs since \(examination.age(fact.startedAt)), \(fact.failed) of \(fact.backoffLimit + 1) tries used"
    let bound = fact.deadlineSeconds.map { Duration.seconds($0) } ?? longRun
    guard examination.isWithin(fact.startedAt ?? fact.createdAt, bound) else {
      return Opinion(
        text + ".", facts: [job.id],
        examination.escalate(Score.likely, "\(text): longer than expected, and stopping it may leave work half done."))
    }
    return Opinion(text + ".", facts: [job.id], examination.wait(Score.strong, "\(text): the Job controller is at it."))
  }

  private static func cronJob(_ examination: Examination) -> Opinion? {
    guard let cron = examination.evidence.cronJobs.first else { return nil }
    let fact = cron.fact
    if fact.suspended {
      let text = "CronJob \(fact.name) is suspended on purpose."
      return Opinion(text, facts: [cron.id], examination.nothing(Score.plain, text))
    }
    let text = "CronJob \(fact.name) (\(fact.schedule)) last succeeded \(examination.age(fact.lastSucceededAt)) ago."
    return Opinion(text, facts: [cron.id], examination.escalate(Score.likely, text))
  }
}

extension Examination {
  fileprivate var isAboutJobs: Bool {
    if names("job_name") != nil || names("cronjob") != nil { return true }
    guard let kind = workload?.target.kind else { return evidence.pods.allSatisfy { $0.fact.owner?.kind == "Job" } }
    return kind == "Job" || kind == "CronJob"
  }
}

extension JobFact {
  fileprivate var hasFailed: Bool {
    conditions.contains { ($0.type == "Failed" || $0.type == "FailureTarget") && $0.status == "True" }
  }
  fileprivate var isComplete: Bool {
    conditions.contains { $0.type == "Complete" && $0.status == "True" } || completedAt != nil && succeeded > 0
  }
  fileprivate var failedAt: Timestamp? { conditions.first { $0.type == "Failed" && $0.status == "True" }?.since }

  fileprivate func isLater(than other: JobFact) -> Bool {
    guard let cronJob, cronJob == other.cronJob, let created = createdAt, let before = other.createdAt else { return false }
    return created > before
  }
}
