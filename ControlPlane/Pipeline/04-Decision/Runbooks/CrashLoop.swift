import Wire

/// A container that starts, dies, and is started again with growing pauses.
///
/// A restart helps where what made it die is over and only the back-off (up to five minutes, the kubelet's `MaxContainerBackOff`)
/// keeps it down, or where a new pod begins with what the old one cannot shed: rendered credentials, a broken local file. It does
/// nothing for a bad revision, a bad configuration, or a dependency that is still away.
enum CrashLoop {
  static let runbook: Runbook = { examination in
    let crashing = examination.crashing
    guard !crashing.isEmpty else { return nil }
    let restarts = crashing.flatMap(\.fact.containers).map(\.restarts).max() ?? 0
    let extent = Finding(
      "Of \(examination.pods.count) pods of \(examination.name), \(crashing.count) in a crash loop, with up to \(restarts) "
        + "restarts.",
      facts: crashing.map(\.id))
    let cause = cause(of: crashing, examination)
    return Opinion(findings: [extent] + cause.findings, candidates: cause.candidates)
  }

  private static func cause(of crashing: [Examination.Cited<PodFact>], _ examination: Examination) -> Opinion {
    let complaint = examination.complaint(of: crashing)
    return staleCredentials(crashing, complaint, examination)
      ?? complaint.flatMap { Outside.opinion(on: $0, of: crashing, examination) }
      ?? badRevision(crashing, complaint, examination)
      ?? cleanExit(crashing, examination)
      ?? member(crashing, complaint, examination)
      ?? oneOfMany(crashing, complaint, examination)
      ?? configuration(crashing, complaint, examination)
      ?? complaint.flatMap { Outside.unexplained($0, examination) }
      ?? atOnce(crashing, complaint, examination)
      ?? plain(crashing, complaint, examination)
  }

  /// The pods were made before the credentials that they use were changed, and read them only once.
  private static func staleCredentials(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    guard let complaint, [.authentication, .certificate].contains(complaint.sign),
      let stale = examination.staleConfiguration(of: crashing)
    else { return nil }
    let text =
      "It dies of \(complaint.line.quoted): \(stale.title) was changed \(examination.age(stale.changedAt)) ago and is "
      + "\(stale.way), so the pods hold the old credentials."
    return Opinion(
      text, facts: [complaint.fact] + stale.facts, examination.restart(Score.proven, "\(text) New pods read the new ones."),
      examination.escalate(0.5, text))
  }

  private static func badRevision(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    guard let revision = examination.blamedRevision(for: crashing) else { return nil }
    let said = (complaint?.line ?? examination.lastWords(of: crashing)?.line).map { " Its last words: \($0.quoted)" } ?? ""
    let changed = revision.fact.changeText
    let text =
      "Revision \(revision.fact.revision) crashes since it was rolled out \(examination.age(revision.fact.createdAt)) ago"
      + (changed.isEmpty ? "." : "; it changed \(changed).") + said
    let sound = examination.soundRevision
    let back =
      sound.map { " Revision \($0.fact.revision) worked" + ($0.fact.available > 0 ? " and still serves." : ".") }
      ?? " No older revision is known to have worked."
    return Opinion(
      text, facts: [revision.id, complaint?.fact].compactMap(\.self),
      examination.rollback(sound.map { $0.fact.available > 0 } == true ? Score.proven : Score.strong, text + back),
      examination.escalate(sound == nil ? Score.strong : 0.6, text + back))
  }

  private static func cleanExit(_ crashing: [Examination.Cited<PodFact>], _ examination: Examination) -> Opinion? {
    let ended = examination.crashingContainers.filter { $0.container.lastTermination?.exitCode == 0 }
    guard !ended.isEmpty, ended.count == examination.crashingContainers.count else { return nil }
    let text = "Its command ends with status 0, which a restart does not change: what should run on does its work and goes."
    return Opinion(text, facts: ended.map(\.pod.id), examination.escalate(Score.strong, text))
  }

  /// One of several that hold data: the reason lies in what its own volume holds, and a restart would take the well ones as well.
  private static func member(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    guard crashing.contains(where: \.fact.isOfStatefulSet) else { return nil }
    let isDamaged = complaint?.sign == .corruption && !examination.evidence.claims.isEmpty
    guard isDamaged || examination.readyPods.contains(where: \.fact.isOfStatefulSet) else { return nil }
    let said = (complaint?.line ?? examination.lastWords(of: crashing)?.line).map { ": \($0.quoted)" } ?? "."
    let text =
      "\(crashing.count) of \(examination.pods.count) pods of a StatefulSet crash\(said)"
      + (isDamaged ? " Its data is damaged." : "")
    return Opinion(
      text, facts: crashing.map(\.id) + [complaint?.fact].compactMap(\.self),
      examination.escalate(
        Score.strong, "\(text) Data is for a person; a restart begins with the same volume, and takes the others down as well."))
  }

  /// The same revision is well elsewhere: something about this pod alone, such as a file in its own volume.
  private static func oneOfMany(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    let well = examination.settled.filter { pod in crashing.allSatisfy { $0.fact.owner == pod.fact.owner } }
    guard let pod = crashing.first, !well.isEmpty, crashing.count * 2 <= examination.pods.count, !pod.fact.isOfStatefulSet else {
      return nil
    }
    let said = (complaint?.line ?? examination.lastWords(of: crashing)?.line).map { ": \($0.quoted)" } ?? "."
    let text = "\(crashing.count) of \(examination.pods.count) pods crashes while the others of the same revision are well\(said)"
    guard crashing.count == 1 else {
      return Opinion(
        text, facts: crashing.map(\.id), examination.restart(Score.plain, "\(text) New pods begin with empty local volumes."),
        examination.escalate(0.6, text))
    }
    return Opinion(
      text, facts: [pod.id, complaint?.fact].compactMap(\.self),
      examination.deletePod(pod, Score.strong, "\(text) A new pod in its place begins with empty local volumes."),
      examination.escalate(0.6, text))
  }

  /// What a restart meets again.
  private static func configuration(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    guard let complaint, complaint.sign.isDeterministic || examination.recentlyChangedConfiguration(within: .seconds(7200)) != nil
    else { return nil }
    let changed = examination.recentlyChangedConfiguration(within: .seconds(86_400))
    let since = changed.map { " \($0.title) was changed \(examination.age($0.at)) ago." } ?? ""
    let text = "It dies of \(complaint.line.quoted).\(since)"
    return Opinion(
      text, facts: [complaint.fact, changed?.id].compactMap(\.self),
      examination.escalate(
        Score.strong, "\(text) A restart meets the same, and no older revision is there to go back to that would not."))
  }

  /// Every pod gives up by itself, in the same breath of every start: what it meets there outlives a restart, whatever it says.
  private static func atOnce(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion? {
    guard complaint == nil, examination.settled.isEmpty, let words = examination.lastWords(of: crashing) else { return nil }
    let deaths = examination.crashingContainers.map(\.container)
    let givesUp = deaths.allSatisfy { container in
      guard let last = container.lastTermination, (1...125).contains(last.exitCode), container.restarts >= patience,
        let start = last.startedAt, let end = last.finishedAt
      else { return false }
      return start.duration(to: end) < firstBreath
    }
    guard givesUp else { return nil }
    let text =
      "It gives up by itself within \(firstBreath.wholeMilliseconds / 1000) s of every start, \(deaths.map(\.restarts).max() ?? 0) "
      + "times by now: \(words.line.quoted)"
    return Opinion(
      text, facts: crashing.map(\.id) + [words.id],
      examination.escalate(Score.plain, "\(text) Another start would meet the same."))
  }

  /// Starts after which chance is out of question.
  private static let patience = 5
  /// A program that ends this soon after its start has not come to its work.
  private static let firstBreath = Duration.seconds(15)

  /// The original document's table: a crash loop whose cause the evidence does not tell.
  private static func plain(
    _ crashing: [Examination.Cited<PodFact>], _ complaint: Complaint?, _ examination: Examination
  ) -> Opinion {
    let words = complaint.map { (id: $0.fact, line: $0.line) } ?? examination.lastWords(of: crashing)
    let said = words.map { ": \($0.line.quoted)" } ?? "."
    let text = "It crashes without a rollout or a change that would explain it\(said)"
    let facts = [words?.id].compactMap(\.self)
    let lived = crashing.allSatisfy { $0.fact.createdAt.map { $0 + Examination.rolloutSuspicion < examination.now } ?? false }
    guard lived else {
      return Opinion(
        text, facts: facts,
        examination.escalate(Score.likely, "\(text) It has never run well, so that a restart promises nothing."))
    }
    return Opinion(
      text, facts: facts, examination.restart(Score.plain, "\(text) It ran well before; new pods are worth one try."),
      examination.escalate(0.6, text))
  }
}
