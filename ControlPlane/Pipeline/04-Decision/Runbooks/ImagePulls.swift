import Wire

/// Images that a node cannot fetch.
///
/// Nothing here is cured by a restart or by more pods: they pull the same image. A new revision with a wrong name goes back; a
/// registry that says no needs somebody who has the key; one that says later needs time.
enum ImagePulls {
  private static let reasons: Set<String> = [
    "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ImageInspectError", "ErrImageNeverPull", "RegistryUnavailable",
    "SignatureValidationFailed",
  ]

  enum Cause { case rateLimit, refused, absent, network, unknown }

  static let runbook: Runbook = { examination in
    let waiting = examination.waiting(reasons)
    guard let first = waiting.first else { return nil }
    let pods = waiting.map(\.pod)
    let message = words(first, examination)
    let text = "\(pods.count) of \(examination.pods.count) pods cannot pull \(first.container.image): \(message.quoted)"
    let facts = pods.map(\.id)
    let blamed = examination.blamedRevision(for: pods)
    switch cause(of: message) {
    case .rateLimit:
      return Opinion(
        text, facts: facts,
        examination.wait(
          Score.strong, "\(text) The registry's rate limit (429, toomanyrequests) passes by itself; the kubelet tries again."))
    case .refused:
      let moved = blamed?.fact.changes("image").contains { repository($0.before) != repository($0.after) } ?? false
      return Opinion(
        text, facts: facts, moved ? rollback(examination, blamed, text) : nil,
        examination.escalate(0.8, "\(text) The registry refuses the pull: its credentials are for a person."))
    case .absent:
      return Opinion(
        text, facts: facts, rollback(examination, blamed, text),
        examination.escalate(
          0.75,
          "\(text) The image is not in the registry, and there is no older revision that is known to have worked: whoever "
            + "built it has to push it."
        ))
    case .network:
      let nodes = Set(pods.compactMap(\.fact.node))
      let place = nodes.count == 1 ? "from node \(nodes.first ?? "") alone" : "from \(nodes.count) nodes"
      return Opinion(
        text, facts: facts,
        examination.escalate(
          Score.likely, "\(text) The registry is not reached \(place): a matter of the network, not of the workload."))
    case .unknown:
      return Opinion(text, facts: facts, rollback(examination, blamed, text), examination.escalate(Score.likely, text))
    }
  }

  private static func rollback(
    _ examination: Examination, _ blamed: Examination.Cited<RevisionFact>?, _ text: String
  ) -> Candidate? {
    blamed.flatMap { revision in
      examination.rollback(
        Score.strong,
        "\(text) Revision \(revision.fact.revision) brought this image \(examination.age(revision.fact.createdAt)) ago "
          + "(\(revision.fact.changeText)); "
          + "revision \(examination.soundRevision?.fact.revision ?? 0) worked.")
    }
  }

  /// The kubelet's words, or those of the event that has them in full.
  private static func words(_ waiting: (pod: Examination.Cited<PodFact>, container: ContainerFact), _ examination: Examination)
    -> String
  {
    let events = examination.events("Failed", "InspectFailed", "ErrImageNeverPull").filter {
      $0.fact.object == "Pod/\(waiting.pod.fact.name)"
    }
    let longest =
      (events.map(\.fact.message) + [waiting.container.state.message ?? ""]).max { $0.utf8.count < $1.utf8.count } ?? ""
    // The cause stands at the end of what is wrapped again and again.
    return longest.count > 200 ? "…" + longest.suffix(200) : longest.isEmpty ? waiting.container.state.reason ?? "" : longest
  }

  static func cause(of message: String) -> Cause {
    let words = message.lowercased()
    func says(_ marks: String...) -> Bool { marks.contains { words.contains($0) } }
    if says("429", "toomanyrequests", "too many requests", "rate limit", "rate exceeded", "qps exceeded") { return .rateLimit }
    if says(
      "unauthorized", "401", "403", "denied", "forbidden", "no basic auth", "authentication required", "authorization failed",
      "expired")
    {
      return .refused
    }
    if says(
      "not found", "manifest unknown", "name unknown", "404", "invalid reference", "couldn't parse image", "invalidimagename",
      "no match for platform", "no matching manifest")
    {
      return .absent
    }
    if says(
      "timeout", "timed out", "refused", "no such host", "unreachable", "no route", "reset", "eof", "x509", "503", "502", "500",
      "504", "tls", "deadline", "temporary failure", "server misbehaving")
    {
      return .network
    }
    return .unknown
  }

  /// `registry.example.com/shop/checkout` of `registry.example.com/shop/checkout:2.15.0@sha256:…`
  private static func repository(_ image: String?) -> Substring? {
    guard let name = image?.prefix(while: { $0 != "@" }) else { return nil }
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
    return name[..<colon]
  }
}
