import Kubernetes

/// A workload of any kind, as evidence needs it.
struct Workload: Sendable {
  struct Counts: Sendable {
    var desired = 0
    var ready = 0
    var available = 0
    var updated = 0
  }

  /// What only some kinds have.
  enum Particulars: Sendable {
    case none
    case statefulSet(claimTemplates: [String], serviceName: String?)
    case job(JobSpec, JobStatus)
    case cronJob(CronJob.Spec, CronJob.Status)
  }

  let type: ResourceType
  let metadata: ObjectMetadata
  var edits: [FieldEdit] = []
  var counts = Counts()
  var observedGeneration: Int64?
  var paused = false
  var strategy: String?
  var selector: LabelSelector?
  var template: PodTemplate?
  var conditions: [Condition] = []
  var currentRevision: String?
  var updateRevision: String?
  var particulars = Particulars.none

  /// The selector as a query; `nil` when there is none, or one that selects everything or is not understood.
  var query: String? { selector?.query.flatMap { $0.isEmpty ? nil : $0 } }

  /// The controller above it that Kubernetes itself does not know, such as an operator's resource.
  var foreignOwner: OwnerReference? {
    metadata.controller.flatMap { owner in Self.kinds.contains { $0.kind == owner.kind } ? nil : owner }
  }

  static let kinds = [Deployment.type, StatefulSet.type, DaemonSet.type, ReplicaSet.type, Job.type, CronJob.type]
}

extension Workload {
  init(_ deployment: Deployment) {
    let (spec, status) = (deployment.spec, deployment.status)
    self.init(
      type: Deployment.type, metadata: deployment.metadata, edits: deployment.edits,
      counts: Counts(
        desired: spec.replicas, ready: status.readyReplicas, available: status.availableReplicas,
        updated: status.updatedReplicas),
      observedGeneration: status.observedGeneration, paused: spec.paused, strategy: spec.strategy, selector: spec.selector,
      template: spec.template, conditions: status.conditions)
  }

  init(_ set: StatefulSet) {
    let (spec, status) = (set.spec, set.status)
    self.init(
      type: StatefulSet.type, metadata: set.metadata, edits: set.edits,
      counts: Counts(
        desired: spec.replicas, ready: status.readyReplicas, available: status.availableReplicas,
        updated: status.updatedReplicas),
      observedGeneration: status.observedGeneration, strategy: spec.strategy, selector: spec.selector, template: spec.template,
      conditions: status.conditions, currentRevision: status.currentRevision, updateRevision: status.updateRevision,
      particulars: .statefulSet(claimTemplates: spec.claimTemplates, serviceName: spec.serviceName))
  }

  init(_ set: DaemonSet) {
    let status = set.status
    self.init(
      type: DaemonSet.type, metadata: set.metadata, edits: set.edits,
      counts: Counts(desired: status.desired, ready: status.ready, available: status.available, updated: status.updated),
      observedGeneration: status.observedGeneration, strategy: set.spec.strategy, selector: set.spec.selector,
      template: set.spec.template, conditions: status.conditions)
  }

  init(_ set: ReplicaSet) {
    let status = set.status
    self.init(
      type: ReplicaSet.type, metadata: set.metadata, edits: set.edits,
      counts: Counts(
        desired: set.spec.replicas, ready: status.readyReplicas, available: status.availableReplicas,
        updated: status.replicas),
      selector: set.spec.selector.isEmpty ? nil : set.spec.selector, template: set.spec.template, conditions: status.conditions)
  }

  /// Desired are the pods that should run at once; what has succeeded counts as available.
  init(_ job: Job) {
    self.init(
      type: Job.type, metadata: job.metadata, edits: job.edits,
      counts: Counts(
        desired: job.spec.completions ?? job.spec.parallelism, ready: job.status.ready, available: job.status.succeeded,
        updated: job.status.active),
      paused: job.spec.suspend, selector: job.spec.selector, template: job.template, conditions: job.status.conditions,
      particulars: .job(job.spec, job.status))
  }

  init(_ cronJob: CronJob) {
    self.init(
      type: CronJob.type, metadata: cronJob.metadata, edits: cronJob.edits,
      counts: Counts(desired: cronJob.status.active.count, ready: cronJob.status.active.count),
      paused: cronJob.spec.suspend, template: cronJob.spec.template, particulars: .cronJob(cronJob.spec, cronJob.status))
  }

  /// A pod that nothing controls.
  init(bare pod: BarePod) {
    self.init(
      type: Pod.type, metadata: pod.metadata,
      counts: Counts(desired: 1, ready: pod.isReady ? 1 : 0, available: pod.isReady ? 1 : 0, updated: 1),
      template: pod.template, conditions: pod.conditions)
  }

  /// What controls the pods, when all that is known of it is the reference.
  init(foreign owner: OwnerReference, namespace: String, pods: [Pod]) {
    let ready = pods.count(where: \.isReady)
    self.init(
      type: ResourceType(apiVersion: owner.apiVersion, kind: owner.kind, plural: ""),
      metadata: ObjectMetadata(reference: owner, namespace: namespace),
      counts: Counts(desired: pods.count, ready: ready, available: ready, updated: pods.count))
  }
}

/// A pod read as if its spec were a template.
struct BarePod: Resource {
  static let type = Pod.type

  let metadata: ObjectMetadata
  let conditions: [Condition]
  let isReady: Bool
  let template: PodTemplate

  private enum CodingKeys: String, CodingKey { case metadata, status }
  private struct Status: Decodable { let conditions: [Condition]? }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    conditions = try container.decodeIfPresent(Status.self, forKey: .status)?.conditions ?? []
    isReady = conditions.first(type: "Ready")?.isTrue ?? false
    template = try PodTemplate(from: decoder)
  }
}
