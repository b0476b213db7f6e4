public import Wire

/// Questions that the later stages ask of a bundle.
extension Evidence {
  public var workload: (id: String, fact: WorkloadFact)? {
    facts.lazy.compactMap { fact in
      if case .workload(let workload) = fact.body { (fact.id, workload) } else { nil }
    }.first
  }

  public var pods: [(id: String, fact: PodFact)] {
    facts.compactMap { fact in
      if case .pod(let pod) = fact.body { (fact.id, pod) } else { nil }
    }
  }

  public var logs: [(id: String, fact: LogFact)] {
    facts.compactMap { fact in
      if case .log(let log) = fact.body { (fact.id, log) } else { nil }
    }
  }

  public var events: [(id: String, fact: EventFact)] {
    facts.compactMap { fact in
      if case .event(let event) = fact.body { (fact.id, event) } else { nil }
    }
  }

  public var services: [(id: String, fact: ServiceFact)] {
    facts.compactMap { fact in
      if case .service(let service) = fact.body { (fact.id, service) } else { nil }
    }
  }

  /// Newest first.
  public var revisions: [(id: String, fact: RevisionFact)] {
    facts.compactMap { fact in
      if case .revision(let revision) = fact.body { (fact.id, revision) } else { nil }
    }.sorted { $0.fact.revision > $1.fact.revision }
  }
}
