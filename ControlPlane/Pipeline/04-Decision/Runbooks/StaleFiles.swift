import Wire

/// Running pods that work with configuration which was changed since they read it, and whose logs show that it no longer holds.
enum StaleFiles {
  private static let signs: Set<LogSign> = [
    .connection, .timeout, .nameResolution, .authentication, .certificate, .missingSetting,
  ]

  static let runbook: Runbook = { examination in
    let pods = examination.pods.filter { examination.isOwn($0.fact) }
    guard examination.crashing.isEmpty, !pods.isEmpty else { return nil }
    guard let complaint = examination.complaints(of: pods).first(where: { signs.contains($0.sign) }),
      let stale = examination.staleConfiguration(of: pods)
    else { return nil }
    let text =
      "The pods run with old configuration: \(stale.title) was changed \(examination.age(stale.changedAt)) ago and is "
      + "\(stale.way); their logs say \(complaint.line.quoted)."
    return Opinion(
      text, facts: [complaint.fact] + stale.facts, examination.restart(Score.strong, "\(text) A restart reads the new config."),
      examination.escalate(0.6, text))
  }
}
