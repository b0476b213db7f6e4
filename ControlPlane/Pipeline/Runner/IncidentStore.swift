public import Wire

/// Keeps incidents, their story, the work that is committed to be done, and the commands that wait for agents.
///
/// Each call that changes something is one durable transaction: the new incident, its timeline, its intents and commands are there
/// together after a crash, or not at all. Steps are computed inside the transaction, so that two events for one incident never race.
public protocol IncidentStore: Sendable {
  /// Commits the alerts of one delivery: opens incidents, joins alerts to open ones, and notes what has resolved. What was posted before
  /// changes nothing.
  func take(_ delivery: AlertDelivery, through pipeline: Pipeline, at now: Timestamp) async throws(StoreError) -> Commit

  /// Commits what an agent sees: opens incidents for what is new, joins them to open ones, and resolves what is gone. A report that is
  /// older than one that was taken of the same boot changes nothing.
  func take(_ signals: SignalDelivery, through pipeline: Pipeline, at now: Timestamp) async throws(StoreError) -> Commit

  /// Notes how far an act has come: at most one line in `ProgressLimits.interval`, and `ProgressLimits.lines` in all.
  func note(
    _ progress: ActProgress, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit

  /// Applies an event.
  /// - Parameter intent: the intent that this event completes; nil when it comes from outside. When it is no longer pending, nothing
  ///   happens: it was completed before a crash.
  /// - Returns: an empty commit when the event no longer concerns the incident.
  func apply(
    _ event: IncidentEvent, to incident: Incident.ID, completing intent: PendingIntent.ID?, through pipeline: Pipeline,
    at now: Timestamp
  ) async throws(StoreError) -> Commit

  /// Takes an agent's result: the first for a command of that namespace counts, later ones change nothing. It is kept, and
  /// the commit is empty, when the stored incident cannot be read.
  func record(
    _ result: CommandResult, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit

  /// Intents that are due, oldest first; those claimed and not completed are among them. One that cannot be read is left out
  /// and stays stored.
  func dueIntents(at now: Timestamp, limit: Int) async throws(StoreError) -> [PendingIntent]
  /// When the next intent that is not due yet will be.
  func nextIntentDue(after now: Timestamp) async throws(StoreError) -> Timestamp?
  /// Marks an intent as begun, for work that must not be done twice. A begun intent comes back from `dueIntents` with `begun` set.
  func begin(_ intent: PendingIntent.ID, at now: Timestamp) async throws(StoreError)
  /// Puts an intent off.
  /// - Parameter stillBegun: keeps the mark of `begin`, for work that may have had its effect; otherwise the mark goes.
  func postpone(_ intent: PendingIntent.ID, until: Timestamp, stillBegun: Bool) async throws(StoreError)
  /// Completes an intent, with a line for the timeline of its incident.
  func complete(_ intent: PendingIntent.ID, noting entry: TimelineEntry?) async throws(StoreError) -> Commit

  /// Commands for a namespace's agent that have no result yet and have not expired, by sequence.
  /// - Parameter sequence: what the agent has taken already. A number that this database has never given out comes from another
  ///   one, from before a restore, and counts as 0.
  func openCommands(
    for namespace: String, after sequence: Int64, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OpenCommand]

  /// Notes in the audit timeline that acts are about to be signed, each once for a life of an agent and an epoch. No entry, no signature.
  /// - Parameter commands: with the outbox's sequence numbers. One that no longer waits for an answer gets no leave.
  /// - Throws: `StoreError.superseded` when another control plane has begun a higher epoch on this database.
  func authorise(_ commands: [Command], at now: Timestamp) async throws(StoreError) -> [SigningLeave]

  /// Raises and returns the epoch; called when a control plane takes over.
  /// - Parameter known: the highest epoch that is known from elsewhere: an agent may have followed a higher one than a restored
  ///   database knows. The new epoch is above both. From then on nothing is written, and no command read, once a higher epoch has begun.
  func beginEpoch(above known: Int64) async throws(StoreError) -> Int64

  /// Where the audit timeline's chain ends now.
  func chainHead() async throws(StoreError) -> ChainHead

  func incident(_ id: Incident.ID) async throws(StoreError) -> Incident?
  func history(of workload: WorkloadName, in namespace: String, except incident: Incident.ID, at now: Timestamp)
    async throws(StoreError) -> WorkloadHistory
}

/// The alerts of one webhook post, with what each is about.
public struct AlertDelivery: Sendable, Hashable {
  public let firing: [Opening]
  public let resolved: [Alert]

  public init(firing: [Opening], resolved: [Alert]) {
    self.firing = firing
    self.resolved = resolved
  }
}

/// How much of an act's progress becomes part of the story.
public enum ProgressLimits {
  public static let interval = Duration.seconds(10)
  public static let lines = 100
}

/// What one transaction changed, for those who wait for news of it.
public struct Commit: Sendable, Hashable {
  public let incidents: [Incident]
  public let timeline: [StoredTimelineEntry]
  public let commands: [OpenCommand]
  /// True when intents were added: the runner has work.
  public let hasIntents: Bool

  public init(
    incidents: [Incident] = [], timeline: [StoredTimelineEntry] = [], commands: [OpenCommand] = [], hasIntents: Bool = false
  ) {
    self.incidents = incidents
    self.timeline = timeline
    self.commands = commands
    self.hasIntents = hasIntents
  }

  public static let empty = Commit()
}

/// A timeline entry where it stands: chained by hash to the one before it, over all incidents.
public struct StoredTimelineEntry: Sendable, Hashable, Codable {
  /// Rises by one with every entry of the whole database.
  public let sequence: Int64
  public let incident: Incident.ID
  public let entry: TimelineEntry
  /// SHA-256 over the previous entry's hash and this entry, in lower-case hexadecimal.
  public let hash: String

  public init(sequence: Int64, incident: Incident.ID, entry: TimelineEntry, hash: String) {
    self.sequence = sequence
    self.incident = incident
    self.entry = entry
    self.hash = hash
  }
}

/// A command in the outbox.
public struct OpenCommand: Sendable, Hashable {
  public let sequence: Int64
  public let draft: CommandDraft

  public init(sequence: Int64, draft: CommandDraft) {
    self.sequence = sequence
    self.draft = draft
  }
}

public struct PendingIntent: Sendable, Hashable, Identifiable {
  public let id: Int64
  public let incident: Incident.ID
  public let intent: Intent
  /// Begun before, and not known to be complete.
  public let begun: Bool
  public let attempts: Int

  public init(id: Int64, incident: Incident.ID, intent: Intent, begun: Bool, attempts: Int) {
    self.id = id
    self.incident = incident
    self.intent = intent
    self.begun = begun
    self.attempts = attempts
  }
}

public enum StoreError: Error, Sendable, Equatable {
  /// The event itself was refused; nothing changed.
  case refused(IncidentError)
  case notFound(incident: Incident.ID)
  /// Disk full, locked for too long, or broken: nothing was committed.
  case unavailable(String)
  /// Another control plane has begun a higher epoch on the same database: this one may do nothing more.
  case superseded(by: Int64)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let error): error.description
    case .notFound(let id): "there is no incident \(id)"
    case .unavailable(let reason): "the database is unavailable: \(reason)"
    case .superseded(let epoch): "another control plane has taken over (epoch \(epoch))"
    }
  }
}
