/// What is known about kinds of trouble, the deeper cause before what follows from it: the first runbook that recognises its
/// trouble leads, and only its candidates are offered. What the others see is kept as findings.
public enum Runbooks {
  static let all: [(name: String, runbook: Runbook)] = [
    ("nodes", Nodes.runbook),
    ("terminating", Terminating.runbook),
    ("jobs", Jobs.runbook),
    ("replacement", Replacement.runbook),
    ("image_pulls", ImagePulls.runbook),
    ("storage", Storage.runbook),
    ("scheduling", Scheduling.runbook),
    ("container_start", ContainerStart.runbook),
    ("out_of_memory", OutOfMemory.runbook),
    ("probes", Probes.runbook),
    ("crash_loop", CrashLoop.runbook),
    ("networking", Networking.runbook),
    ("stale_files", StaleFiles.runbook),
    ("load", Load.runbook),
    ("unready", Unready.runbook),
    ("rollouts", Rollouts.runbook),
    ("settled", Settled.runbook),
  ]

  /// Findings of runbooks that do not lead, at most.
  static let sideFindings = 4
}
