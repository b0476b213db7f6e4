/// What one agent gathered about one incident: a bundle of typed facts, bounded, redacted before it left the namespace.
public struct Evidence: Sendable, Hashable, Codable {
  public let namespace: String
  public let gatheredAt: Timestamp
  /// Most telling first within a kind; ids are unique in the bundle.
  public let facts: [Fact]
  /// What was asked for and is missing, and why, so that silence is never taken for health.
  public let omissions: [Omission]
  /// What was not watched in the last hour: evidence of those spans may be missing.
  public let blindSpans: [BlindSpan]

  public init(namespace: String, gatheredAt: Timestamp, facts: [Fact], omissions: [Omission], blindSpans: [BlindSpan] = []) {
    self.namespace = namespace
    self.gatheredAt = gatheredAt
    self.facts = facts
    self.omissions = omissions
    self.blindSpans = blindSpans
  }

  public struct Omission: Sendable, Hashable, Codable {
    public let what: String
    public let why: String

    public init(what: String, why: String) {
      self.what = what
      self.why = why
    }
  }
}

/// One thing that was seen, with the id by which reasoning cites it.
public struct Fact: Sendable, Hashable, Codable {
  /// Short and stable within the bundle: `pod-1`, `log-2`, `revision-1`.
  public let id: String
  /// Where it was read, as a request: `GET pods/checkout-6c9f-abcde/log?previous=true`.
  public let source: String
  public let body: Body

  public init(id: String, source: String, body: Body) {
    self.id = id
    self.source = source
    self.body = body
  }

  public enum Body: Sendable, Hashable {
    case workload(WorkloadFact)
    case revision(RevisionFact)
    case pod(PodFact)
    case log(LogFact)
    case event(EventFact)
    case service(ServiceFact)
    case autoscaler(AutoscalerFact)
    case budget(BudgetFact)
    case quota(QuotaFact)
    case claim(ClaimFact)
    case configuration(ConfigurationFact)
    case networkPolicy(NetworkPolicyFact)
    case job(JobFact)
    case cronJob(CronJobFact)
    case node(NodeFact)
    case customResource(CustomResourceFact)
    case namespace(NamespaceFact)
  }
}

extension Fact.Body: Codable {
  private enum CodingKeys: String, CodingKey {
    case workload, revision, pod, log, event, service, autoscaler, budget, quota, claim, configuration, networkPolicy, job,
      cronJob, node, customResource, namespace
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a fact has exactly one known kind"))
    }
    self =
      switch key {
      case .workload: .workload(try container.decode(WorkloadFact.self, forKey: key))
      case .revision: .revision(try container.decode(RevisionFact.self, forKey: key))
      case .pod: .pod(try container.decode(PodFact.self, forKey: key))
      case .log: .log(try container.decode(LogFact.self, forKey: key))
      case .event: .event(try container.decode(EventFact.self, forKey: key))
      case .service: .service(try container.decode(ServiceFact.self, forKey: key))
      case .autoscaler: .autoscaler(try container.decode(AutoscalerFact.self, forKey: key))
      case .budget: .budget(try container.decode(BudgetFact.self, forKey: key))
      case .quota: .quota(try container.decode(QuotaFact.self, forKey: key))
      case .claim: .claim(try container.decode(ClaimFact.self, forKey: key))
      case .configuration: .configuration(try container.decode(ConfigurationFact.self, forKey: key))
      case .networkPolicy: .networkPolicy(try container.decode(NetworkPolicyFact.self, forKey: key))
      case .job: .job(try container.decode(JobFact.self, forKey: key))
      case .cronJob: .cronJob(try container.decode(CronJobFact.self, forKey: key))
      case .node: .node(try container.decode(NodeFact.self, forKey: key))
      case .customResource: .customResource(try container.decode(CustomResourceFact.self, forKey: key))
      case .namespace: .namespace(try container.decode(NamespaceFact.self, forKey: key))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .workload(let fact): try container.encode(fact, forKey: .workload)
    case .revision(let fact): try container.encode(fact, forKey: .revision)
    case .pod(let fact): try container.encode(fact, forKey: .pod)
    case .log(let fact): try container.encode(fact, forKey: .log)
    case .event(let fact): try container.encode(fact, forKey: .event)
    case .service(let fact): try container.encode(fact, forKey: .service)
    case .autoscaler(let fact): try container.encode(fact, forKey: .autoscaler)
    case .budget(let fact): try container.encode(fact, forKey: .budget)
    case .quota(let fact): try container.encode(fact, forKey: .quota)
    case .claim(let fact): try container.encode(fact, forKey: .claim)
    case .configuration(let fact): try container.encode(fact, forKey: .configuration)
    case .networkPolicy(let fact): try container.encode(fact, forKey: .networkPolicy)
    case .job(let fact): try container.encode(fact, forKey: .job)
    case .cronJob(let fact): try container.encode(fact, forKey: .cronJob)
    case .node(let fact): try container.encode(fact, forKey: .node)
    case .customResource(let fact): try container.encode(fact, forKey: .customResource)
    case .namespace(let fact): try container.encode(fact, forKey: .namespace)
    }
  }
}
