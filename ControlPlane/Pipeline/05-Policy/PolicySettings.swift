public import Wire

/// The limits within which the robot may act. Defaults are the design's.
public struct PolicySettings: Sendable, Hashable, Codable {
  /// Least confidence to act alone (`CONFIDENCE_THRESHOLD`), from 0 to 1.
  public var confidenceThreshold = 0.8
  /// False: everything is proposed, nothing is done alone (`AUTO_ACTION_ENABLED`).
  public var autoActionEnabled = true
  /// Actions that always need a person, besides those of high risk (`REQUIRE_APPROVAL_FOR`).
  public var requireApprovalFor: Set<Action> = []
  /// Rest after a workload's last verification.
  public var coolDown = Duration.seconds(600)
  public var actionsPerHour = 2
  public var actionsPerDay = 3
  /// More of a namespace's workloads than this being unhealthy is no matter of one workload, provided that at least so many are.
  public var unhealthyWorkloadsPercent = 40
  public var unhealthyWorkloadsFloor = 3
  /// Of the cluster's pods, at most this share, or so many if that is more, within 15 minutes.
  public var touchedPodsPercent = 2
  public var touchedPodsFloor = 10
  /// Older evidence is gathered again.
  public var evidenceLifetime = Duration.seconds(60)
  /// Times that one incident gathers again because its evidence grew old, before a person is called.
  public var maximumRegathers = 3
  /// A spec edited by a person more recently than this is theirs.
  public var humanEditLifetime = Duration.seconds(1800)
  /// Nothing is done here by the robot. The control plane's own namespace is added by the wiring.
  public var protectedNamespaces: Set<String> = ["kube-system", "kube-public", "kube-node-lease"]
  /// How long a proposal waits for a person.
  public var approvalLifetime = Duration.seconds(900)
  /// Least time for which a workload must stay healthy after an act.
  public var minimumStability = Duration.seconds(30)
  /// Time after an act within which it must have become stable, over and above the stability window.
  public var recoveryTime = Duration.seconds(300)
  /// How long an agent may take to answer a request for evidence.
  public var gatherTimeout = Duration.seconds(60)
  /// How long after an act's expiry its result is waited for, before its effect counts as unknown.
  public var resultGrace = Duration.seconds(30)
  /// How long a decision to wait lasts, before evidence is gathered again.
  public var waitTime = Duration.seconds(120)
  /// Looks after a decision to wait, before a person is called.
  public var maximumWaits = 5

  public init() {}
}
