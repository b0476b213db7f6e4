import Kubernetes
import Wire

/// A Deployment, StatefulSet, DaemonSet or Job as the cache keeps it.
struct CachedWorkload: Sendable, Hashable {
  let uid: String
  let kind: String
  let name: String
  /// The CronJob of a Job.
  let owner: CachedOwner?
  /// Pods that should run now; of a Job none when it is over.
  let desired: Int
  let replicas: Int
  let updated: Int
  /// Replicas that should have the current template: fewer than desired below a StatefulSet's partition, none under OnDelete.
  let updatedWanted: Int
  let ready: Int
  let available: Int
  let generation: Int64
  let observedGeneration: Int64
  /// What the object says of itself that numbers do not.
  let complaint: Complaint?

  struct Complaint: Sendable, Hashable {
    /// `ProgressDeadlineExceeded`; `BackoffLimitExceeded` or `DeadlineExceeded` of a Job.
    let reason: String
    let message: String
    let since: Timestamp
  }
}

/// A ReplicaSet as the cache keeps it.
struct CachedReplicaSet: Sendable, Hashable {
  let uid: String
  let owner: CachedOwner?
  let available: Int
}

extension CachedWorkload {
  init<Kind: WorkloadKind>(_ workload: WatchedWorkload<Kind>, sharing pool: StringPool) {
    let (metadata, spec, status) = (workload.metadata, workload.spec, workload.status)
    let numbers = Numbers(Kind.type.kind, spec, status)
    uid = pool.shared(metadata.uid)
    kind = Kind.type.kind
    name = pool.shared(metadata.name)
    owner = metadata.controller.map { CachedOwner($0, sharing: pool) }
    desired = numbers.desired
    replicas = numbers.replicas
    updated = numbers.updated
    updatedWanted = numbers.updatedWanted
    ready = numbers.ready
    available = numbers.available
    generation = metadata.generation ?? 0
    // A Job has no observedGeneration.
    observedGeneration = Kind.type.kind == JobKind.type.kind ? generation : status.observedGeneration ?? 0
    complaint = Complaint(status.conditions ?? [])
  }
}

extension CachedWorkload {
  private struct Numbers {
    var desired = 0
    var replicas = 0
    var updated = 0
    var updatedWanted = 0
    var ready = 0
    var available = 0

    init(_ kind: String, _ spec: WorkloadSpec, _ status: WorkloadStatus) {
      switch kind {
      case DaemonSetKind.type.kind: countDaemons(spec, status)
      case JobKind.type.kind: countJob(spec, status)
      default: countReplicas(spec, status)
      }
    }

    private mutating func countDaemons(_ spec: WorkloadSpec, _ status: WorkloadStatus) {
      desired = status.desiredNumberScheduled ?? 0
      replicas = status.currentNumberScheduled ?? 0
      updated = status.updatedNumberScheduled ?? 0
      ready = status.numberReady ?? 0
      available = status.numberAvailable ?? 0
      updatedWanted = spec.updateStrategy?.type == "OnDelete" ? 0 : desired
    }

    private mutating func countReplicas(_ spec: WorkloadSpec, _ status: WorkloadStatus) {
      desired = spec.replicas ?? 1
      replicas = status.replicas ?? 0
      ready = status.readyReplicas ?? 0
      available = status.availableReplicas ?? 0
      updated = status.updatedReplicas ?? 0
      // A StatefulSet whose update is done may leave the count out.
      if let current = status.currentRevision, current == status.updateRevision { updated = replicas }
      let strategy = spec.updateStrategy
      updatedWanted = strategy?.type == "OnDelete" ? 0 : max(0, desired - (strategy?.rollingUpdate?.partition ?? 0))
    }

    private mutating func countJob(_ spec: WorkloadSpec, _ status: WorkloadStatus) {
      let conditions = status.conditions ?? []
      let isOver = ["Complete", "Failed", "Suspended"].contains { conditions.first(type: $0)?.isTrue == true }
      let (atOnce, succeeded) = (spec.parallelism ?? 1, status.succeeded ?? 0)
      // Without completions a Job is done when one pod has succeeded.
      let left = spec.completions.map { max(0, $0 - succeeded) } ?? (succeeded > 0 ? 0 : atOnce)
      desired = isOver || spec.suspend == true ? 0 : min(atOnce, left)
      replicas = status.active ?? 0
      updated = replicas
      ready = min(desired, status.ready ?? 0)
      available = ready
    }
  }
}

extension CachedWorkload.Complaint {
  fileprivate init?(_ conditions: [Condition]) {
    let progressing = conditions.first(type: "Progressing")
    let failed = conditions.first(type: "Failed")
    let bad: Condition? =
      if let progressing, progressing.status == "False", progressing.reason == "ProgressDeadlineExceeded" {
        progressing
      } else if let failed, failed.isTrue {
        failed
      } else {
        nil
      }
    guard let bad else { return nil }
    reason = bad.reason ?? bad.type
    message = String((bad.message ?? "").prefix(CachedPod.messageLimit))
    since = bad.lastTransitionTime.map { Timestamp($0) } ?? Timestamp(milliseconds: 0)
  }
}

extension CachedReplicaSet {
  init(_ set: ReplicaSetSummary, sharing pool: StringPool) {
    uid = pool.shared(set.metadata.uid)
    owner = set.metadata.controller.map { CachedOwner($0, sharing: pool) }
    available = set.status.availableReplicas
  }
}
