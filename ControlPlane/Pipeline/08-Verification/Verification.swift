public import Wire

/// Whether the act helped. Silence is not health: what was not observed is not verified.
public struct Verification: Sendable, Hashable, Codable {
  public let verified: Bool
  /// One sentence.
  public let reason: String
  public let at: Timestamp

  /// - Parameter order: what was done; what counts as help depends on it.
  static func judge(_ outcome: CommandResult.Outcome, of order: Order?, at now: Timestamp) -> Verification {
    switch outcome {
    case .observed(let observation): judge(observation, of: order, at: now)
    case .failed(let reason), .unknown(let reason): Verification(verified: false, reason: reason, at: now)
    case .refused(let refusal):
      Verification(verified: false, reason: "the agent would not observe: \(refusal.detail)", at: now)
    case .evidence, .acted, .stopped:
      Verification(verified: false, reason: "the agent answered with another kind of result", at: now)
    }
  }

  private static func judge(_ seen: Observation, of order: Order?, at now: Timestamp) -> Verification {
    if order?.action == .deleteDeployment { return deletion(seen, at: now) }
    let ready = "\(seen.readyReplicas) of \(seen.desiredReplicas) ready"
    let length = (seen.healthySince ?? seen.observedFrom).duration(to: seen.observedUntil).wholeMilliseconds / 1000
    switch seen.ending {
    case .stable where seen.readyReplicas >= seen.desiredReplicas && seen.desiredReplicas > 0:
      return Verification(verified: true, reason: "\(ready), no restarts for \(length) s", at: now)
    case .stable: return Verification(verified: false, reason: "called stable with \(ready)", at: now)
    case .deadline:
      let troubles = seen.troubles.isEmpty ? "" : ": " + seen.troubles.prefix(3).joined(separator: "; ")
      return Verification(verified: false, reason: "not stable in time, \(ready), \(seen.restarts) restarts\(troubles)", at: now)
    case .targetGone where order?.action == .deletePod:
      return Verification(verified: false, reason: "the pod is gone, and nobody watches what follows it", at: now)
    case .targetGone: return Verification(verified: false, reason: "the workload is gone", at: now)
    }
  }

  private static func deletion(_ seen: Observation, at now: Timestamp) -> Verification {
    seen.ending == .targetGone
      ? Verification(verified: true, reason: "it is gone", at: now)
      : Verification(verified: false, reason: "it is still there", at: now)
  }

  static func unobserved(at now: Timestamp) -> Verification {
    Verification(verified: false, reason: "the agent did not report what it observed in time", at: now)
  }

  /// How long the workload must stay healthy: the minimum, or twice as long as its containers lived before they died, whichever is
  /// longer, and ten minutes at most. A relapse within the window is never called fixed.
  static func stabilityWindow(after evidence: Evidence?, _ settings: PolicySettings) -> Duration {
    let lives = (evidence?.pods ?? []).flatMap(\.fact.containers).compactMap { container -> Duration? in
      guard let start = container.lastTermination?.startedAt, let end = container.lastTermination?.finishedAt else { return nil }
      return start.duration(to: end)
    }
    return max(settings.minimumStability, min((lives.max() ?? .zero) * 2, .seconds(600)))
  }
}
