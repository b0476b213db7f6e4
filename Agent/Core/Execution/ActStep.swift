import Kubernetes
import Wire

/// What an act needs from the world next.
enum ActStep: Sendable {
  case readJournal
  case readSubject
  case readLocalRules
  /// The same request as the act's, with `dryRun`.
  case rehearse(WriteRequest)
  case preserve(PreImage)
  case writeIntent(JournalEntry, epoch: Int64)
  case act(ActEffect)
  /// The long part of a drain, after its node is cordoned.
  case drain(JournalEntry)
  case wait(Duration)
  case writeResult(CommandResult)
  /// The end. Without a result the intent stays bare: the act may or may not have happened, and later reads will tell.
  case finish(CommandResult?)
}

/// What the world answered.
enum ActAnswer: Sendable {
  /// The command's entry, and the highest epoch that any life of this agent has followed.
  case journal(JournalEntry?, epoch: Int64)
  case journalFailed(JournalFailure)
  case subject(ActSubject)
  case subjectFailed(KubernetesError)
  case localRules(LocalVerdict)
  case rehearsed
  case preserved
  case intentWritten
  /// With the object's generation, when the server answered with one.
  case acted(generation: Int64?)
  case executed(ExecOutput)
  /// To a rehearsal, a pre-image or the act itself.
  case writeFailed(KubernetesError)
  case execFailed(ExecFailure)
  case drained(DrainEnd)
  case waited
  case resultWritten
}

/// What a command in a container did.
struct ExecOutput: Sendable, Hashable {
  /// Nil when the server did not say.
  let exitCode: Int?
  /// Both streams as they came, redacted and bounded.
  let text: String
}

/// Why a command has no output.
enum ExecFailure: Error, Sendable, Hashable {
  /// It was never started.
  case notStarted(String)
  /// It may have run, in part or as a whole.
  case interrupted(String)
}
