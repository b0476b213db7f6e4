/// Makes Jobs on a schedule, in UTC (cronjob/cronjob_controllerv2.go). `timeZone` is read as UTC too.
struct CronJobController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.cronJobs, ResourceCatalogue.jobs])
  /// Marks a Job with its moment.
  static let scheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp"

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.cronJobs.storage {
      guard change.kind != .deleted, change.previous?["spec"] != change.object["spec"] else { return }
      world.enqueue(.cronJob, change.key, after: world.timing.controllerDelay)
    } else if let owner = change.object.controllingOwner, owner["kind"]?.string == "CronJob" {
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      world.enqueue(.cronJob, key, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let cron = world.store.object(ResourceCatalogue.cronJobs, key), !cron.isBeingDeleted else { return }
    var step = CronStep(cron: cron, world: world)
    step.run(&world)
  }
}

/// One look at one CronJob.
private struct CronStep {
  private let cron: JSONValue
  private let now: Timestamp
  private var jobs: [JSONValue]
  private var active: [JSONValue]
  private var lastScheduleTime: JSONValue?
  private var lastSuccessfulTime: JSONValue?

  init(cron: JSONValue, world: World) {
    self.cron = cron
    now = world.now
    jobs = world.store.objects(ResourceCatalogue.jobs, ownedBy: cron.uid).map(\.value)
      .sorted { ($0.creation, $0.name) < ($1.creation, $1.name) }
    active = cron[path: "status", "active"]?.array ?? []
    lastScheduleTime = cron[path: "status", "lastScheduleTime"]
    lastSuccessfulTime = cron[path: "status", "lastSuccessfulTime"]
  }

  mutating func run(_ world: inout World) {
    noteFinished(&world)
    trim(&world)
    schedule(&world)
    writeStatus(&world)
  }

  private static func outcome(_ job: JSONValue) -> String? {
    ["Complete", "Failed"].first { job.condition($0)?["status"]?.string == "True" }
  }

  private mutating func noteFinished(_ world: inout World) {
    for job in jobs {
      guard let outcome = Self.outcome(job), active.contains(where: { $0["uid"]?.string == job.uid }) else { continue }
      active.removeAll { $0["uid"]?.string == job.uid }
      note(.normal, "SawCompletedJob", "Saw completed job: \(job.name), condition: \(outcome)", &world)
      if outcome == "Complete" { lastSuccessfulTime = job[path: "status", "completionTime"] ?? lastSuccessfulTime }
    }
    for reference in active where !jobs.contains(where: { $0.uid == reference["uid"]?.string }) {
      active.removeAll { $0["uid"] == reference["uid"] }
      note(.warning, "MissingJob", "Active job went missing: \(reference["name"]?.string ?? "")", &world)
    }
  }

  private mutating func trim(_ world: inout World) {
    for (outcome, member, standard) in [
      ("Complete", "successfulJobsHistoryLimit", 3), ("Failed", "failedJobsHistoryLimit", 1),
    ] {
      let limit = cron["spec"]?[member]?.integer ?? standard
      let finished = jobs.filter { Self.outcome($0) == outcome }
      for job in finished.prefix(max(0, finished.count - limit)) { delete(job, &world) }
    }
  }

  private mutating func delete(_ job: JSONValue, _ world: inout World) {
    world.delete(ResourceCatalogue.jobs, job.objectKey, graceSeconds: nil)
    jobs.removeAll { $0.uid == job.uid }
    active.removeAll { $0["uid"]?.string == job.uid }
    note(.normal, "SuccessfulDelete", "Deleted job \(job.name)", &world)
  }

  private mutating func schedule(_ world: inout World) {
    let text = cron[path: "spec", "schedule"]?.string ?? ""
    guard let schedule = CronSchedule(text) else {
      return note(.warning, "UnparseableSchedule", "unparseable schedule: \"\(text)\"", &world)
    }
    guard cron[path: "spec", "suspend"]?.bool != true else { return }
    let since = max(lastScheduleTime?.string.flatMap(Timestamp.init(rfc3339:)) ?? cron.creation, skipped(schedule, world))
    var due: Timestamp?
    var next = schedule.next(after: since)
    while let moment = next, moment <= now {
      due = moment
      next = schedule.next(after: moment)
    }
    if let due { start(at: due, &world) }
    if let next { world.queue.add(.cronJob, cron.objectKey, due: next) }
  }

  /// While a past is simulated only its last runs are of interest.
  private func skipped(_ schedule: CronSchedule, _ world: World) -> Timestamp {
    guard let end = world.pastUntil else { return Timestamp(nanoseconds: 0) }
    for hours in [0.1, 1, 6, 26, 170, 750, 8800] {
      let from = end - hours * 3600
      var moment = from
      var count = 0
      while count < 5, let next = schedule.next(after: moment), next <= end {
        moment = next
        count += 1
      }
      if count == 5 { return from }
    }
    return Timestamp(nanoseconds: 0)
  }

  private mutating func start(at moment: Timestamp, _ world: inout World) {
    if let deadline = cron[path: "spec", "startingDeadlineSeconds"]?.integer, moment + Double(deadline) < now {
      return note(.warning, "MissSchedule", "Missed scheduled time to start a job: \(moment.rfc1123)", &world)
    }
    switch cron[path: "spec", "concurrencyPolicy"]?.string {
    case "Forbid" where !active.isEmpty:
      return note(
        .normal, "JobAlreadyActive",
        "Not starting job because prior execution is running and concurrency policy is Forbid", &world)
    case "Replace":
      for job in jobs where Self.outcome(job) == nil { delete(job, &world) }
    default: break
    }
    create(at: moment, &world)
  }

  private mutating func create(at moment: Timestamp, _ world: inout World) {
    let template = cron[path: "spec", "jobTemplate"] ?? [:]
    let name = "\(cron.name)-\(moment.seconds / 60)"
    guard !jobs.contains(where: { $0.name == name }) else { return }
    var annotations = template[path: "metadata", "annotations"] ?? [:]
    annotations[CronJobController.scheduledAnnotation] = .string(moment.rfc3339)
    var job: JSONValue = [
      "kind": "Job", "apiVersion": "batch/v1",
      "metadata": world.newMetadata(
        name: name, namespace: cron.namespace, generation: 1, labels: template[path: "metadata", "labels"],
        annotations: annotations, owner: (ResourceCatalogue.cronJobs, cron)),
      "spec": template["spec"] ?? [:], "status": [:],
    ]
    JobDefaults.apply(to: &job)
    JobDefaults.complete(&job)
    let stored = world.store.put(ResourceCatalogue.jobs, job.objectKey, job)
    jobs.append(stored)
    active.append(ResourceCatalogue.jobs.reference(to: stored))
    lastScheduleTime = .string(moment.rfc3339)
    note(.normal, "SuccessfulCreate", "Created job \(name)", &world)
  }

  private func note(_ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World) {
    world.record(kind, reason, message, about: cron, ResourceCatalogue.cronJobs, component: "cronjob-controller")
  }

  private func writeStatus(_ world: inout World) {
    var status: JSONValue = [:]
    if !active.isEmpty { status["active"] = .array(active) }
    status["lastScheduleTime"] = lastScheduleTime
    status["lastSuccessfulTime"] = lastSuccessfulTime
    world.update(ResourceCatalogue.cronJobs, cron.objectKey) { $0["status"] = status }
  }
}
