/// What became of one command, sent up as `POST /agent/v1/results` until the control plane has acknowledged it. The control plane
/// takes the first result of a command id and answers later ones with success and no effect.
public struct CommandResult: Sendable, Hashable, Codable {
  public let command: String
  public let kind: Command.Kind
  public let outcome: Outcome
  /// When the agent finished.
  public let finishedAt: Timestamp

  public init(command: String, kind: Command.Kind, outcome: Outcome, finishedAt: Timestamp) {
    self.command = command
    self.kind = kind
    self.outcome = outcome
    self.finishedAt = finishedAt
  }

  public enum Outcome: Sendable, Hashable {
    case evidence(Evidence)
    case acted(ActReport)
    case observed(Observation)
    /// The act that a stop named has been told to end, or is not running.
    case stopped(String)
    /// Refused before anything was done.
    case refused(Refusal)
    /// Tried; what it says is that there was no effect.
    case failed(String)
    /// There may have been an effect, and nobody can tell. A person must look.
    case unknown(String)
  }

  /// Why an authentic command was not carried out.
  public struct Refusal: Sendable, Hashable, Codable {
    public let reason: RefusalReason
    public let detail: String

    public init(reason: RefusalReason, detail: String) {
      self.reason = reason
      self.detail = detail
    }
  }
}

extension CommandResult.Outcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case evidence, acted, observed, stopped, refused, failed, unknown
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "an outcome has exactly one known key"))
    }
    self =
      switch key {
      case .evidence: .evidence(try container.decode(Evidence.self, forKey: key))
      case .acted: .acted(try container.decode(ActReport.self, forKey: key))
      case .observed: .observed(try container.decode(Observation.self, forKey: key))
      case .stopped: .stopped(try container.decode(String.self, forKey: key))
      case .refused: .refused(try container.decode(CommandResult.Refusal.self, forKey: key))
      case .failed: .failed(try container.decode(String.self, forKey: key))
      case .unknown: .unknown(try container.decode(String.self, forKey: key))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .evidence(let value): try container.encode(value, forKey: .evidence)
    case .acted(let value): try container.encode(value, forKey: .acted)
    case .observed(let value): try container.encode(value, forKey: .observed)
    case .stopped(let value): try container.encode(value, forKey: .stopped)
    case .refused(let value): try container.encode(value, forKey: .refused)
    case .failed(let value): try container.encode(value, forKey: .failed)
    case .unknown(let value): try container.encode(value, forKey: .unknown)
    }
  }
}

/// The effect of an act, with what is needed to undo it.
public struct ActReport: Sendable, Hashable, Codable {
  /// The object's generation after the write, when it has one.
  public let generation: Int64?
  /// The values that the act replaced, by JSON pointer; an absent member is null.
  public let before: [String: String?]
  public let after: [String: String?]
  /// True when the journal showed that an earlier delivery had already done it.
  public let alreadyDone: Bool
  /// What would undo it; nil when nothing can.
  public let inverse: Inverse?
  /// What there is to say beyond the values: pods evicted, the output of a command, the name of a stored pre-image.
  public let detail: String?

  public init(
    generation: Int64?, before: [String: String?], after: [String: String?], alreadyDone: Bool, inverse: Inverse? = nil,
    detail: String? = nil
  ) {
    self.generation = generation
    self.before = before
    self.after = after
    self.alreadyDone = alreadyDone
    self.inverse = inverse
    self.detail = detail
  }
}

/// The action that would undo an act, as the agent recorded it before it acted. The control plane makes a new order of it.
public struct Inverse: Sendable, Hashable, Codable {
  public let action: Action
  public let target: Target
  public let preconditions: Order.Preconditions
  public let parameters: Order.Parameters

  public init(
    action: Action, target: Target, preconditions: Order.Preconditions = .init(), parameters: Order.Parameters = .init()
  ) {
    self.action = action
    self.target = target
    self.preconditions = preconditions
    self.parameters = parameters
  }
}

/// What the agent saw while it watched a workload after an act. The control plane judges.
public struct Observation: Sendable, Hashable, Codable {
  public enum Ending: String, Sendable, Codable, CaseIterable {
    /// Healthy without a restart for the whole stability window.
    case stable
    /// The deadline passed first.
    case deadline
    /// The object with this uid is gone.
    case targetGone
  }

  public let ending: Ending
  /// Since when the workload has been healthy at a stretch; nil when it is not.
  public let healthySince: Timestamp?
  public let observedFrom: Timestamp
  public let observedUntil: Timestamp
  public let desiredReplicas: Int
  public let readyReplicas: Int
  /// Container restarts seen while observing, over all pods of the workload.
  public let restarts: Int
  /// What was wrong at the end, one line each, most telling first; empty when healthy.
  public let troubles: [String]

  public init(
    ending: Ending, healthySince: Timestamp?, observedFrom: Timestamp, observedUntil: Timestamp, desiredReplicas: Int,
    readyReplicas: Int, restarts: Int, troubles: [String]
  ) {
    self.ending = ending
    self.healthySince = healthySince
    self.observedFrom = observedFrom
    self.observedUntil = observedUntil
    self.desiredReplicas = desiredReplicas
    self.readyReplicas = readyReplicas
    self.restarts = restarts
    self.troubles = troubles
  }
}
