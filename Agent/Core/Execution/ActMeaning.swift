import Kubernetes
import Wire

/// What one action means: when it is out of the question, which values it replaces and what they become, the request that
/// proves itself, and how to see afterwards whether it happened. Pure; ``ActMachine`` orders the steps.
protocol ActMeaning: Sendable {
  /// The kind that its targets must be of.
  var kind: ResourceType { get }
  /// What is read freshly besides the target.
  var surroundings: Set<ActSubject.Surrounding> { get }

  /// Why it must not, or cannot, be done to this target now; nil when nothing stands against it. What every action asks
  /// (uid, deletion, the owner's wish) has been asked.
  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String?
  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange
  /// The request for exactly the object that was read; nil when what was journalled cannot be had any more.
  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect?
  func trace(of entry: JournalEntry, in subject: ActSubject) -> ActTrace
}

/// What an act will do, as the journal holds it before it happens.
struct ActChange: Sendable, Hashable {
  /// The values that it replaces and sets, by JSON pointer; an absent member is null.
  var before: [String: String?] = [:]
  var after: [String: String?] = [:]
  /// What would undo it; nil when nothing can.
  var inverse: Inverse?
  /// Of a drain: the pods that it will evict.
  var plan: [PlannedEviction]?
  var detail: String?
}

/// How an act reaches the cluster.
enum ActEffect: Sendable, Hashable {
  case write(WriteRequest)
  case exec(ExecRequest)
}

/// Whether an intent was carried out, by what the cluster shows.
enum ActTrace: Sendable, Equatable {
  case done
  case untouched
  /// Nobody can tell, and why.
  case unclear(String)
}

extension ActMeaning {
  var surroundings: Set<ActSubject.Surrounding> { [] }

  func trace(of entry: JournalEntry, in subject: ActSubject) -> ActTrace { .byValues(of: entry, in: subject) }
}

extension ActTrace {
  /// For acts that write values into the target: the annotation proves it, and so do all the values that it changes.
  static func byValues(of entry: JournalEntry, in subject: ActSubject) -> ActTrace {
    guard let object = subject.object else { return .unclear("\(entry.target.path) is gone") }
    guard object.metadata.uid == entry.target.uid else {
      return .unclear("another object has the name \(entry.target.path) now")
    }
    let now = object.values(at: entry.before.keys)
    if now[LastCommand.pointer] == .some(entry.command) { return .done }
    let changed = entry.after.filter { $0.key != LastCommand.pointer && entry.before[$0.key] != $0.value }
    if !changed.isEmpty, changed.allSatisfy({ now[$0.key] == $0.value }) { return .done }
    return now == entry.before ? .untouched : .unclear("\(entry.target.path) was changed since")
  }

  /// For acts that take the target away.
  static func byAbsence(of entry: JournalEntry, in subject: ActSubject) -> ActTrace {
    guard let object = subject.object, object.metadata.uid == entry.target.uid else { return .done }
    return object.metadata.deletionTimestamp == nil ? .untouched : .done
  }
}
