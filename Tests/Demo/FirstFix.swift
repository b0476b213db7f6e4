import Support

/// The story of shop/checkout: it died because inventory was away; inventory is back, and only the back-off keeps it down.
struct FirstFix: Sendable {
  static let namespace = "shop"
  static let deployment = "checkout"
  static let dependency = "inventory"

  let stack: Stack
  let story: Story
  let began: ContinuousClock.Instant

  /// - Returns: how it went, and the last entry of the timeline that was told.
  func show() async throws -> (outcome: Demo.Outcome, last: Int64) {
    try await stack.cluster.interrupt(Self.dependency, in: Self.namespace)
    Screen.line("\nBreaking \(Self.namespace)/\(Self.deployment): its pods die of “connection refused” by \(Self.dependency),")
    Screen.line("which was away and is ready again; they sit in back-off after 5 restarts.\n")
    try await stack.cluster.inject(
      .connectionRefused(namespace: Self.namespace, deployment: Self.deployment, dependency: Self.dependency))
    var fixed: Int64?
    let last = try await story.tell { news in
      guard news.stage == "notification" else { return false }
      fixed = news.incident
      return true
    }
    guard let fixed else { return (.failed("the control plane ended its stream of events"), last) }
    let incident = try await stack.console.incident(fixed).incident
    guard incident.state == "resolved", incident.verified == true else {
      return (.failed("incident \(fixed) is \(incident.state): \(incident.conclusion ?? "no conclusion")"), last)
    }
    let subject = "[AI-SRE] Fixed \(incident.alertName)"
    try await waitUntil("a mail “\(subject)”", within: .seconds(5)) { try stack.mail.count(subject: subject) == 1 }
    Screen.line("\nFixed, verified and mailed after \(Screen.seconds(ContinuousClock.now - began)).")
    return (.fixed, last)
  }
}
