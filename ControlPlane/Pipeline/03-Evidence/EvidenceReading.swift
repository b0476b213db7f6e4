public import Wire

/// Questions that the later stages ask of a bundle.
extension Evidence {
  public var workload: (id: String, fact: WorkloadFact)? {
    facts.lazy.compactMap { fact in
      if case .workload(let workload) = fact.body { (fact.id, workload) } else { nil }
    }.first
  }

  public var namespaceFact: (id: String, fact: NamespaceFact)? {
    facts.lazy.compactMap { fact in
      if case .namespace(let namespace) = fact.body { (fact.id, namespace) } else { nil }
    }.first
  }

  /// Newest first.
  public var revisions: [(id: String, fact: RevisionFact)] {
    all { if case .revision(let fact) = $0 { fact } else { nil } }.sorted { $0.fact.revision > $1.fact.revision }
  }

  public var pods: [(id: String, fact: PodFact)] { all { if case .pod(let fact) = $0 { fact } else { nil } } }
  public var logs: [(id: String, fact: LogFact)] { all { if case .log(let fact) = $0 { fact } else { nil } } }
  public var events: [(id: String, fact: EventFact)] { all { if case .event(let fact) = $0 { fact } else { nil } } }
  public var services: [(id: String, fact: ServiceFact)] { all { if case .service(let fact) = $0 { fact } else { nil } } }
  public var autoscalers: [(id: String, fact: AutoscalerFact)] {
    all { if case .autoscaler(let fact) = $0 { fact } else { nil } }
  }
  public var budgets: [(id: String, fact: BudgetFact)] { all { if case .budget(let fact) = $0 { fact } else { nil } } }
  public var quotas: [(id: String, fact: QuotaFact)] { all { if case .quota(let fact) = $0 { fact } else { nil } } }
  public var claims: [(id: String, fact: ClaimFact)] { all { if case .claim(let fact) = $0 { fact } else { nil } } }
  public var configurations: [(id: String, fact: ConfigurationFact)] {
    all { if case .configuration(let fact) = $0 { fact } else { nil } }
  }
  public var networkPolicies: [(id: String, fact: NetworkPolicyFact)] {
    all { if case .networkPolicy(let fact) = $0 { fact } else { nil } }
  }
  public var jobs: [(id: String, fact: JobFact)] { all { if case .job(let fact) = $0 { fact } else { nil } } }
  public var cronJobs: [(id: String, fact: CronJobFact)] { all { if case .cronJob(let fact) = $0 { fact } else { nil } } }
  public var nodes: [(id: String, fact: NodeFact)] { all { if case .node(let fact) = $0 { fact } else { nil } } }
  public var customResources: [(id: String, fact: CustomResourceFact)] {
    all { if case .customResource(let fact) = $0 { fact } else { nil } }
  }

  private func all<Kind>(_ body: (Fact.Body) -> Kind?) -> [(id: String, fact: Kind)] {
    facts.compactMap { fact in body(fact.body).map { (fact.id, $0) } }
  }
}
