import Wire

/// The facts of a bundle, one line each, with the ids by which reasoning cites them.
struct EvidenceLines: Sendable {
  private let evidence: Evidence
  private let now: Timestamp

  init(_ evidence: Evidence, at now: Timestamp) {
    self.evidence = evidence
    self.now = now
  }

  var workload: String {
    guard let (id, fact) = evidence.workload else { return "(not confirmed)" }
    let notes = [
      fact.createdAt.map { "created \(age($0)) ago" }, fact.paused ? "paused" : nil, fact.gitOps.map { "managed by \($0)" },
      fact.freezeUntil.map { "frozen until \($0)" }, fact.progressing.map { "Progressing \($0)" },
    ].compactMap(\.self)
    return "[\(id)] \(fact.target.path), \(fact.ready) of \(fact.desired) ready" + notes.map { ", \($0)" }.joined()
  }

  /// Revisions with their changes, edits, and configuration that was written lately.
  var changes: [String] {
    let revisions = evidence.revisions.prefix(3).map { id, revision in
      let state =
        revision.current
        ? "current" : revision.available > 0 ? "still serves" : revision.soundness.map { "\($0.rawValue)" } ?? "past"
      let changed = revision.changeText
      return "[\(id)] revision \(revision.revision) (\(state)), \(age(revision.createdAt)) old, \(revision.available) available"
        + (changed.isEmpty ? "" : "; changed \(changed)")
    }
    let edit = evidence.workload?.fact.lastEdit.map { ["last edit by \($0.manager) \(age($0.at)) ago"] } ?? []
    let configurations = evidence.configurations.filter {
      $0.fact.exists == false || !$0.fact.missingKeys.isEmpty || $0.fact.changedAt != nil
    }.prefix(4).map { id, fact in
      let state = fact.exists == false ? "is missing" : fact.changedAt.map { "changed \(age($0)) ago" } ?? "exists"
      return "[\(id)] \(fact.kind.rawValue) \(fact.name) \(state)"
        + (fact.missingKeys.isEmpty ? "" : ", lacks \(fact.missingKeys.prefix(3).joined(separator: ", "))")
        + (fact.mountedBySubPath ? ", mounted by subPath" : "")
    }
    let policies = evidence.networkPolicies.prefix(3).map { id, fact in
      "[\(id)] NetworkPolicy \(fact.name) (\(fact.types.joined(separator: ", "))), written "
        + "\(age(fact.changedAt ?? fact.createdAt)) ago"
    }
    return revisions + edit + configurations + policies
  }

  /// Failing pods one by one, those that are well as a count.
  var pods: [String] {
    let ill = evidence.pods.filter {
      !$0.fact.ready || $0.fact.deletedAt != nil || $0.fact.containers.contains { $0.restarts > 0 }
    }
    let rest = evidence.pods.count - ill.count
    return ill.prefix(6).map(line) + (ill.count > 6 ? ["\(ill.count - 6) more like these"] : [])
      + (rest > 0 ? ["\(rest) pods are ready and have never restarted"] : [])
  }

  private func line(_ pod: (id: String, fact: PodFact)) -> String {
    let containers = pod.fact.containers.filter { !$0.ready || $0.restarts > 0 }.map { container in
      let last = container.lastTermination.map { ", last exit \($0.exitCode) \($0.reason ?? "") \(age($0.finishedAt)) ago" } ?? ""
      let usage =
        container.usage.map {
          ", uses \($0.cpuMillicores)m of \(container.cpuLimit ?? "no limit") CPU, \($0.memoryBytes / 1_048_576)Mi of "
            + "\(container.memoryLimit ?? "no limit")"
        } ?? ""
      return
        "\(container.name) \(container.state.reason ?? container.state.phase.rawValue), \(container.restarts) "
        + "restarts\(last)\(usage)"
    }
    let pending = pod.fact.conditions.first { $0.type == "PodScheduled" }.map { " unschedulable: \($0.message ?? "")" } ?? ""
    let going = pod.fact.deletedAt.map { " terminating, grace ended \(age($0)) ago" } ?? ""
    return
      "[\(pod.id)] \(pod.fact.name) \(pod.fact.ready ? "ready" : "not ready") on \(pod.fact.node ?? "no node") "
      + "\(containers.joined(separator: "; "))\(pending)\(going)"
  }

  /// The telling lines of each container, the run that ended before the one that is being tried.
  var logs: [(title: String, lines: [String])] {
    evidence.logs.sorted { $0.fact.previous && !$1.fact.previous }.map { id, log in
      ("[\(id)] \(log.pod)/\(log.container)\(log.previous ? " (previous run)" : "")", TellingLines.of(log.lines, limit: 15))
    }
  }

  var events: [String] {
    evidence.events.filter {
      $0.fact.type == "Warning" || ["TriggeredScaleUp", "Killing", "Preempted", "Updated"].contains($0.fact.reason)
    }.prefix(6).map { id, event in
      "[\(id)] \(event.reason) \(event.object) ×\(event.count), last \(age(event.lastSeen)) ago: \(event.message.prefix(200))"
    }
  }

  /// What the workload stands on and what scales it.
  var surroundings: [String] {
    var lines = evidence.services.prefix(4).map { id, fact in
      "[\(id)] Service \(fact.name) (\(fact.role.rawValue)): \(fact.readyPods) ready, \(fact.notReadyPods) not ready"
        + (fact.readySince.map { ", since \(age($0))" } ?? "")
    }
    lines += evidence.autoscalers.prefix(2).map { id, fact in
      "[\(id)] HPA \(fact.target.name): \(fact.current) of \(fact.minimum) to \(fact.maximum), wants \(fact.desired); "
        + fact.metrics.prefix(3).map { "\($0.name) \($0.current ?? "unknown") of \($0.goal)" }.joined(separator: ", ")
    }
    lines += evidence.quotas.prefix(2).map { id, fact in
      "[\(id)] Quota \(fact.name): "
        + fact.hard.sorted { $0.key < $1.key }.prefix(5).map { "\($0.key) \(fact.used[$0.key] ?? "0") of \($0.value)" }.joined(
          separator: ", ")
    }
    lines += evidence.budgets.prefix(2).map { id, fact in
      "[\(id)] Disruption budget \(fact.name): \(fact.disruptionsAllowed) disruptions allowed"
    }
    lines += evidence.claims.prefix(3).map { id, fact in
      "[\(id)] Claim \(fact.name) \(fact.phase), \(fact.capacity ?? "no capacity"), \(fact.accessModes.joined(separator: ","))"
    }
    lines += evidence.jobs.prefix(4).map { id, fact in
      "[\(id)] Job \(fact.name): \(fact.active) active, \(fact.succeeded) succeeded, \(fact.failed) failed, started "
        + "\(age(fact.startedAt)) ago"
    }
    lines += evidence.nodes.prefix(3).map { id, fact in
      "[\(id)] Node \(fact.name): Ready \(fact.ready)\(fact.unschedulable ? ", cordoned by \(fact.cordonedBy ?? "somebody")" : "")"
    }
    lines += evidence.customResources.prefix(3).map { id, fact in
      "[\(id)] \(fact.kind) \(fact.name): "
        + fact.summary.sorted { $0.key < $1.key }.prefix(4).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    if let (id, fact) = evidence.namespaceFact, !fact.unhealthyWorkloads.isEmpty {
      lines.append(
        "[\(id)] also unhealthy, of \(fact.workloads) workloads: \(fact.unhealthyWorkloads.prefix(4).joined(separator: "; "))")
    }
    return lines
  }

  var missing: [String] {
    evidence.omissions.map { "\($0.what): \($0.why)" }
      + evidence.blindSpans.map { "\($0.what) not watched since \(age($0.from)): \($0.why)" }
  }

  private func age(_ time: Timestamp?) -> String { time.map { Age.text(from: $0, to: now) } ?? "an unknown time" }
}
