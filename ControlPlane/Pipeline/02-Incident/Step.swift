public import Wire

/// The outcome of one event: the incident as it is now, what to remember of it, and what to do next. A store commits all three in
/// one transaction.
public struct Step: Sendable, Hashable {
  public let incident: Incident
  public let timeline: [TimelineEntry]
  public let intents: [Intent]

  public init(incident: Incident, timeline: [TimelineEntry], intents: [Intent]) {
    self.incident = incident
    self.timeline = timeline
    self.intents = intents
  }
}

/// One line of an incident's story.
///
/// `details` hold what proves the line, by name: digests, ids, who and from where. They are part of the chain of hashes, and no
/// place for evidence, logs or secrets.
public struct TimelineEntry: Sendable, Hashable, Codable {
  public enum Stage: String, Sendable, Codable, CaseIterable {
    case alert, incident, evidence, decision, policy, command, execution, verification, notification
  }

  public let at: Timestamp
  public let stage: Stage
  public let summary: String
  public let details: [String: String]

  public init(at: Timestamp, stage: Stage, summary: String, details: [String: String] = [:]) {
    self.at = at
    self.stage = stage
    self.summary = summary
    self.details = details
  }
}

/// Work that is committed to be done, and is done again after a crash until it is.
public enum Intent: Sendable, Hashable, Codable {
  /// Put the command before the agent; the timeout follows as an intent of its own.
  case dispatch(CommandDraft)
  /// Conclude that the command was not answered, unless it was.
  case expire(command: String, at: Timestamp)
  /// Ask runbooks, precedents and model.
  case decide
  /// Send a message; never twice, so an interrupted attempt is marked as possibly sent.
  case notify(Notification)
  case expireApproval(orderDigest: String, at: Timestamp)
  case lookAgain(at: Timestamp)
  /// Make a precedent of what was judged.
  case remember

  /// When the runner may take it up; nil is at once.
  public var dueAt: Timestamp? {
    switch self {
    case .dispatch, .decide, .notify, .remember: nil
    case .expire(_, let at), .expireApproval(_, let at), .lookAgain(let at): at
    }
  }
}
