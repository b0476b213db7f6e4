/// Runs pods until enough of them have succeeded (job/job_controller.go; recordings, 12 job-*).
struct JobController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.jobs, ResourceCatalogue.pods])
  /// Keeps a finished pod until it has been counted.
  static let finalizer = "batch.kubernetes.io/job-tracking"

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.jobs.storage {
      if change.kind != .deleted { world.enqueue(.job, change.key, after: world.timing.controllerDelay) }
    } else if let owner = change.object.controllingOwner, owner["kind"]?.string == "Job" {
      if change.kind != .deleted { release(change, owner, &world) }
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      // The controller gathers what happens within a second (job_controller.go, syncJobBatchPeriod).
      world.enqueue(.job, key, after: change.kind == .added ? world.timing.controllerDelay : world.timing.jobBatch)
    }
  }

  /// A pod whose Job is gone is not held back.
  private func release(_ change: Change, _ owner: JSONValue, _ world: inout World) {
    let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
    guard change.object.isBeingDeleted, world.store.object(ResourceCatalogue.jobs, key) == nil else { return }
    world.removeFinalizer(Self.finalizer, from: change.key)
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let job = world.store.object(ResourceCatalogue.jobs, key), !job.isBeingDeleted else { return }
    var step = JobStep(job: job, world: world)
    step.run(&world)
  }
}

extension World {
  /// Takes a finalizer off a pod, and the pod away when it waited for that.
  mutating func removeFinalizer(_ finalizer: String, from key: ObjectKey) {
    guard let pod = store.object(ResourceCatalogue.pods, key) else { return }
    let all = pod[path: "metadata", "finalizers"]?.array ?? []
    let rest = all.filter { $0.string != finalizer }
    guard rest.count < all.count else { return }
    update(ResourceCatalogue.pods, key) { $0["metadata"]?["finalizers"] = rest.isEmpty ? nil : .array(rest) }
    let hasEnded = !pod.isPodActive || pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer == 0
    if rest.isEmpty, pod.isBeingDeleted, hasEnded { store.remove(ResourceCatalogue.pods, key) }
  }
}

/// One look at one Job.
private struct JobStep {
  private let job: JSONValue
  private let now: Timestamp
  private var pods: [JSONValue]
  private var conditions: Conditions
  private var succeeded: Int
  private var failed: Int
  private var startTime: JSONValue?
  private var completionTime: JSONValue?
  private var completedIndexes: Set<Int>

  init(job: JSONValue, world: World) {
    self.job = job
    now = world.now
    pods = world.store.objects(ResourceCatalogue.pods, ownedBy: job.uid).map(\.value)
      .sorted { ($0.creation, $0.name) < ($1.creation, $1.name) }
    let status = job["status"] ?? [:]
    conditions = Conditions(status["conditions"]?.array ?? [], now: now, stamp: "lastProbeTime")
    succeeded = status["succeeded"]?.integer ?? 0
    failed = status["failed"]?.integer ?? 0
    startTime = status["startTime"]
    completionTime = status["completionTime"]
    completedIndexes = IndexSetText.indexes(status["completedIndexes"]?.string ?? "")
  }

  private var parallelism: Int { job[path: "spec", "parallelism"]?.integer ?? 1 }
  private var completions: Int? { job[path: "spec", "completions"]?.integer }
  private var backoffLimit: Int { job[path: "spec", "backoffLimit"]?.integer ?? 6 }
  private var isSuspended: Bool { job[path: "spec", "suspend"]?.bool == true }
  private var isIndexed: Bool { job[path: "spec", "completionMode"]?.string == "Indexed" }
  private var isFinished: Bool {
    ["Complete", "Failed"].contains { conditions[$0]?["status"]?.string == "True" }
  }
  private var active: [JSONValue] { pods.filter { $0.isPodActive && !$0.isBeingDeleted } }

  mutating func run(_ world: inout World) {
    countFinished(&world)
    if isFinished { return expire(&world) }
    if isSuspended { return suspend(&world) }
    resume(&world)
    if startTime == nil { startTime = .string(now.rfc3339) }
    if let failure { fail(failure, &world) } else if isComplete { complete(&world) } else { fill(&world) }
    watchDeadline(&world)
    writeStatus(&world)
  }

  private mutating func countFinished(_ world: inout World) {
    for pod in pods where !pod.isPodActive || isLost(pod) {
      guard (pod[path: "metadata", "finalizers"]?.array ?? []).contains(.string(JobController.finalizer)) else { continue }
      if pod[path: "status", "phase"]?.string == "Succeeded" {
        succeeded += 1
        if let index = Self.index(pod) { completedIndexes.insert(index) }
      } else {
        failed += 1
      }
      world.removeFinalizer(JobController.finalizer, from: pod.objectKey)
    }
    reload(world)
  }

  /// A pod that was deleted from outside counts as failed once it is gone from its node.
  private func isLost(_ pod: JSONValue) -> Bool {
    pod.isBeingDeleted && pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer == 0
  }

  private mutating func reload(_ world: World) {
    pods = world.store.objects(ResourceCatalogue.pods, ownedBy: job.uid).map(\.value)
      .sorted { ($0.creation, $0.name) < ($1.creation, $1.name) }
  }

  private static func index(_ pod: JSONValue) -> Int? {
    pod.labels["batch.kubernetes.io/job-completion-index"].flatMap { Int($0) }
  }

  private var restarts: Int {
    pods.filter { $0[path: "spec", "restartPolicy"]?.string == "OnFailure" && $0.isPodActive }
      .flatMap { $0[path: "status", "containerStatuses"]?.array ?? [] }.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
  }

  private var failure: (reason: String, message: String)? {
    let isPastRestarts = restarts > 0 && restarts >= backoffLimit
    if failed > backoffLimit || isPastRestarts {
      return ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    }
    if let deadline, deadline <= now { return ("DeadlineExceeded", "Job was active longer than specified deadline") }
    return nil
  }

  private var deadline: Timestamp? {
    guard let seconds = job[path: "spec", "activeDeadlineSeconds"]?.integer,
      let start = startTime?.string.flatMap(Timestamp.init(rfc3339:))
    else { return nil }
    return start + Double(seconds)
  }

  private var isComplete: Bool {
    guard let completions else { return succeeded > 0 && active.isEmpty }
    return succeeded >= completions
  }

  private func watchDeadline(_ world: inout World) {
    if let deadline, deadline > now { world.queue.add(.job, job.objectKey, due: deadline) }
  }

  private mutating func fail(_ failure: (reason: String, message: String), _ world: inout World) {
    conditions.set("FailureTarget", "True", failure.reason, failure.message)
    let terminated = active.count
    deleteActive(&world)
    failed += terminated
    conditions.set("Failed", "True", failure.reason, failure.message)
    note(.warning, failure.reason, failure.message, &world)
    expireLater(&world)
  }

  private mutating func complete(_ world: inout World) {
    let words = ("CompletionsReached", "Reached expected number of succeeded pods")
    conditions.set("SuccessCriteriaMet", "True", words.0, words.1)
    deleteActive(&world)
    conditions.set("Complete", "True", words.0, words.1)
    completionTime = .string(now.rfc3339)
    note(.normal, "Completed", "Job completed", &world)
    expireLater(&world)
  }

  private mutating func deleteActive(_ world: inout World) {
    for pod in active {
      world.removeFinalizer(JobController.finalizer, from: pod.objectKey)
      world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: nil)
      note(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)", &world)
    }
    reload(world)
  }

  private mutating func fill(_ world: inout World) {
    let remaining = completions.map { $0 - succeeded } ?? (succeeded > 0 ? 0 : parallelism)
    let wanted = min(parallelism, max(0, remaining))
    if active.count > wanted {
      for pod in active.suffix(active.count - wanted) {
        world.removeFinalizer(JobController.finalizer, from: pod.objectKey)
        world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: nil)
        note(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)", &world)
      }
      return reload(world)
    }
    let terminating = pods.filter { $0.isPodActive && $0.isBeingDeleted }.count
    let missing = wanted - active.count - terminating
    guard missing > 0 else { return }
    if let retryAt, retryAt > now { return world.queue.add(.job, job.objectKey, due: retryAt) }
    for _ in 0..<missing {
      guard create(&world) else { break }
    }
  }

  /// After a failure the next pod waits 10 s, 20 s, … up to 10 minutes (job/backoff_utils.go).
  private var retryAt: Timestamp? {
    let finished = pods.filter { !$0.isPodActive }.compactMap { pod -> (end: Timestamp, failed: Bool)? in
      let ends = (pod[path: "status", "containerStatuses"]?.array ?? [])
        .compactMap { $0.time("state", "terminated", "finishedAt") }
      guard let end = ends.max() else { return nil }
      return (end, pod[path: "status", "phase"]?.string == "Failed")
    }.sorted { $0.end < $1.end }
    let inARow = finished.reversed().prefix { $0.failed }.count
    guard inARow > 0, let last = finished.last else { return nil }
    var delay = 10.0
    for _ in 1..<max(1, min(inARow, 10)) { delay = min(delay * 2, 600) }
    return last.end + delay
  }

  private mutating func create(_ world: inout World) -> Bool {
    var order = PodOrder(
      type: ResourceCatalogue.jobs, owner: job, template: job[path: "spec", "template"] ?? [:],
      finalizers: [JobController.finalizer])
    let index = isIndexed ? nextIndex : nil
    if let index {
      order.labels = [("batch.kubernetes.io/job-completion-index", String(index))]
      order.name = "\(job.name)-\(index)-\(world.nameSuffix())"
    }
    do throws(CreationRefusal) {
      let pod = try world.createPod(order)
      pods.append(pod)
      note(.normal, "SuccessfulCreate", "Created pod: \(pod.name)", &world)
      world.retries[job.uid] = nil
      return true
    } catch {
      note(.warning, "FailedCreate", "Error creating: \(error.message)", &world)
      world.retry(.job, job)
      return false
    }
  }

  private var nextIndex: Int {
    let taken = completedIndexes.union(active.compactMap(Self.index))
    return (0...).first { !taken.contains($0) } ?? 0
  }

  private mutating func suspend(_ world: inout World) {
    deleteActive(&world)
    if conditions["Suspended"]?["status"]?.string != "True" {
      conditions.set("Suspended", "True", "JobSuspended", "Job suspended")
      note(.normal, "Suspended", "Job suspended", &world)
    }
    startTime = nil
    writeStatus(&world)
  }

  private mutating func resume(_ world: inout World) {
    guard conditions["Suspended"]?["status"]?.string == "True" else { return }
    conditions.set("Suspended", "False", "JobResumed", "Job resumed")
    note(.normal, "Resumed", "Job resumed", &world)
  }

  private func note(_ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World) {
    world.record(kind, reason, message, about: job, ResourceCatalogue.jobs, component: "job-controller")
  }

  private var lifetime: Double? { job[path: "spec", "ttlSecondsAfterFinished"]?.integer.map(Double.init) }

  private func expireLater(_ world: inout World) {
    if let lifetime { world.queue.add(.job, job.objectKey, due: now + lifetime) }
  }

  private func expire(_ world: inout World) {
    let finished = ["Complete", "Failed"].compactMap { conditions[$0]?.time("lastTransitionTime") }.max()
    guard let lifetime, let finished else { return }
    // Times are whole seconds: looking a second later is never too early.
    if finished + lifetime <= now {
      world.delete(ResourceCatalogue.jobs, job.objectKey, graceSeconds: nil)
    } else {
      world.queue.add(.job, job.objectKey, due: finished + lifetime)
    }
  }

  private func writeStatus(_ world: inout World) {
    var status: JSONValue = [:]
    if !conditions.list.isEmpty { status["conditions"] = .array(conditions.list) }
    status["startTime"] = startTime
    status["completionTime"] = completionTime
    status.setCount("active", active.count)
    status.setCount("succeeded", succeeded)
    status.setCount("failed", failed)
    status["terminating"] = .integer(Int64(pods.filter { $0.isPodActive && $0.isBeingDeleted }.count))
    if isIndexed, !completedIndexes.isEmpty { status["completedIndexes"] = .string(IndexSetText.text(completedIndexes)) }
    status["uncountedTerminatedPods"] = [:]
    status["ready"] = .integer(Int64(active.filter(\.isPodReady).count))
    world.update(ResourceCatalogue.jobs, job.objectKey) { $0["status"] = status }
  }
}

/// `0-2,5`, as an Indexed Job lists what is done.
enum IndexSetText {
  static func text(_ indexes: Set<Int>) -> String {
    var parts: [ClosedRange<Int>] = []
    for index in indexes.sorted() {
      if let last = parts.last, last.upperBound + 1 == index {
        parts[parts.count - 1] = last.lowerBound...index
      } else {
        parts.append(index...index)
      }
    }
    return parts.map { range in
      switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound),\(range.upperBound)"
      default: "\(range.lowerBound)-\(range.upperBound)"
      }
    }.joined(separator: ",")
  }

  static func indexes(_ text: String) -> Set<Int> {
    var result: Set<Int> = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { continue }
      result.formUnion(first...last)
    }
    return result
  }
}
