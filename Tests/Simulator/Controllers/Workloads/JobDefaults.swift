/// What the API server adds to a Job (recordings, 12 job-complete).
enum JobDefaults {
  static func apply(to job: inout JSONValue) {
    guard var spec = job["spec"], spec.object != nil else { return }
    applySpec(&spec)
    job["spec"] = spec
  }

  static func applySpec(_ spec: inout JSONValue) {
    if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
    spec.setDefault("parallelism", 1)
    spec.setDefault("backoffLimit", 6)
    spec.setDefault("completionMode", "NonIndexed")
    spec.setDefault("suspend", false)
    spec.setDefault("podReplacementPolicy", "TerminatingOrFailed")
    guard var template = spec["template"], template.object != nil else { return }
    var podSpec = template["spec"] ?? [:]
    PodDefaults.applyTemplate(&podSpec)
    template["spec"] = podSpec
    spec["template"] = template
  }

  /// Labels a new Job and its template after its uid, and makes them its selector.
  static func complete(_ job: inout JSONValue) {
    guard job[path: "spec", "manualSelector"]?.bool != true, job["spec"]?.object != nil else { return }
    let labels = [
      ("batch.kubernetes.io/controller-uid", job.uid), ("batch.kubernetes.io/job-name", job.name), ("controller-uid", job.uid),
      ("job-name", job.name),
    ]
    func labelled(_ present: JSONValue?) -> JSONValue {
      var result = present ?? [:]
      for (key, value) in labels { result[key] = .string(value) }
      return result
    }
    let own = job[path: "metadata", "labels"] ?? job[path: "spec", "template", "metadata", "labels"]
    let selector: JSONValue = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(job.uid)]]
    job["metadata"]?["labels"] = labelled(own)
    job["spec"]?["manualSelector"] = false
    job["spec"]?["selector"] = selector
    var template = job[path: "spec", "template"] ?? [:]
    var metadata = template["metadata"] ?? [:]
    metadata["labels"] = labelled(metadata["labels"])
    template["metadata"] = metadata
    job["spec"]?["template"] = template
  }

  static func applyCron(to cron: inout JSONValue) {
    guard var spec = cron["spec"], spec.object != nil else { return }
    spec.setDefault("concurrencyPolicy", "Allow")
    spec.setDefault("suspend", false)
    spec.setDefault("successfulJobsHistoryLimit", 3)
    spec.setDefault("failedJobsHistoryLimit", 1)
    if var podSpec = spec[path: "jobTemplate", "spec", "template", "spec"] {
      PodDefaults.applyTemplate(&podSpec)
      spec["jobTemplate"]?["spec"]?["template"]?["spec"] = podSpec
    }
    cron["spec"] = spec
  }
}
