import Wire

/// Containers that cannot even be started: their configuration is not there, or their command is none.
enum ContainerStart {
  private static let reasons: Set<String> = [
    "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "StartError",
  ]
  /// The shell's and the runtime's statuses for a command that cannot be run, is not found, or did not start.
  private static let statuses = [126, 127, 128]

  static let runbook: Runbook = { examination in
    let waiting = examination.waiting(reasons)
    let unstartable = examination.crashingContainers.filter { cannotRun($0.container) }
    guard let first = waiting.first ?? unstartable.first else { return missingVolume(examination) }
    let pods = (waiting + unstartable).map(\.pod)
    let container = first.container
    let message = container.state.reason == "CrashLoopBackOff" ? container.lastTermination?.message : container.state.message
    let said =
      message ?? container.lastTermination?.message ?? examination.lastWords(of: pods)?.line ?? container.state.reason
      ?? "no reason given"
    return opinion(pods, "Container \(container.name) cannot be started: \(said.quoted)", examination)
  }

  private static func cannotRun(_ container: ContainerFact) -> Bool {
    guard let last = container.lastTermination else { return false }
    return ["StartError", "ContainerCannotRun"].contains(last.reason ?? "") || statuses.contains(last.exitCode)
  }

  /// A pod waits in ContainerCreating for a ConfigMap or Secret that it mounts and that is not there.
  private static func missingVolume(_ examination: Examination) -> Opinion? {
    let failed = examination.events("FailedMount").filter { event in
      event.fact.message.contains("not found")
        && examination.pods.contains { !$0.fact.ready && event.fact.object == "Pod/\($0.fact.name)" }
    }
    guard let last = failed.last else { return nil }
    let pods = examination.pods.filter { pod in failed.contains { $0.fact.object == "Pod/\(pod.fact.name)" } }
    return opinion(pods, "A volume's source is not there: \(last.fact.message.quoted)", examination)
  }

  private static func opinion(_ pods: [Examination.Cited<PodFact>], _ text: String, _ examination: Examination) -> Opinion {
    let facts = pods.map(\.id)
    let absent = examination.evidence.configurations.filter { $0.fact.exists == false || !$0.fact.missingKeys.isEmpty }
    if absent.isEmpty, let back = examination.recentlyChangedConfiguration(within: .seconds(180)),
      examination.blamedRevision(for: pods) == nil
    {
      return Opinion(
        text, facts: facts + [back.id],
        examination.wait(
          Score.strong, "\(text). \(back.title) was written \(examination.age(back.at)) ago, and the kubelet tries again."))
    }
    if let revision = examination.blamedRevision(for: pods), examination.soundRevision != nil {
      let reason =
        "\(text). Revision \(revision.fact.revision) came \(examination.age(revision.fact.createdAt)) ago: "
        + "\(revision.fact.changeText)."
      return Opinion(
        text, facts: facts + [revision.id], examination.rollback(Score.strong, reason), examination.escalate(0.75, reason))
    }
    let missing = absent.prefix(3).map {
      "\($0.fact.kind.rawValue) \($0.fact.name)"
        + ($0.fact.missingKeys.isEmpty ? " is missing" : " lacks \($0.fact.missingKeys.prefix(3).joined(separator: ", "))")
    }
    let what = missing.isEmpty ? "A restart meets the same." : missing.joined(separator: "; ") + "."
    return Opinion(
      text, facts: facts + absent.map(\.id),
      examination.escalate(Score.strong, "\(text). \(what) There is no revision to go back to that would help."))
  }
}
