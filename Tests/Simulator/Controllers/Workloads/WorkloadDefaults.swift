/// What the API server adds to a StatefulSet or DaemonSet (recordings, 05 statefulset, daemonset).
enum WorkloadDefaults {
  static func apply(to object: inout JSONValue, type: ResourceType) {
    guard var spec = object["spec"], spec.object != nil else { return }
    if var template = spec["template"], template.object != nil {
      var podSpec = template["spec"] ?? [:]
      PodDefaults.applyTemplate(&podSpec)
      template["spec"] = podSpec
      spec["template"] = template
    }
    spec.setDefault("revisionHistoryLimit", 10)
    var strategy = spec["updateStrategy"] ?? [:]
    strategy.setDefault("type", "RollingUpdate")
    if type == ResourceCatalogue.statefulSets {
      spec.setDefault("replicas", 1)
      spec.setDefault("podManagementPolicy", "OrderedReady")
      spec.setDefault("persistentVolumeClaimRetentionPolicy", ["whenDeleted": "Retain", "whenScaled": "Retain"])
      roll(&strategy, [("partition", 0)])
    } else {
      roll(&strategy, [("maxUnavailable", 1), ("maxSurge", 0)])
    }
    spec["updateStrategy"] = strategy
    object["spec"] = spec
  }

  private static func roll(_ strategy: inout JSONValue, _ standards: [(String, JSONValue)]) {
    guard strategy["type"]?.string == "RollingUpdate" else { return }
    var rolling = strategy["rollingUpdate"] ?? [:]
    for (member, value) in standards { rolling.setDefault(member, value) }
    strategy["rollingUpdate"] = rolling
  }
}
