import Kubernetes
import Wire

/// The events of a subject: those about its objects, and in brief the warnings about anything else. Pure.
struct EventFacts: Sendable {
  let text: SafeText

  /// What an event may be about: an object by its uid, or by its name where the event has no uid, and pods that are gone by the
  /// beginning of their names.
  struct Scope: Sendable {
    var uids: Set<String> = []
    var subjects: Set<String> = []
    var podPrefixes: [String] = []

    mutating func add(_ type: ResourceType, _ metadata: ObjectMetadata) {
      uids.insert(metadata.uid)
      subjects.insert("\(type.kind)/\(metadata.name)")
    }

    func holds(_ event: EventBook.Entry) -> Bool {
      if let uid = event.subjectUID, uids.contains(uid) { return true }
      // A namesake of another time has another uid; without one the name is all there is.
      if subjects.contains(event.subject) {
        return event.subjectUID.map { $0.isEmpty } ?? true || !event.subject.hasPrefix("Pod/")
      }
      // What follows is the pod's own part, without a dash: `web-admin-x` is no pod of `web`.
      return podPrefixes.contains { event.subject.hasPrefix("Pod/" + $0) && !event.subject.dropFirst(4 + $0.count).contains("-") }
    }
  }

  func facts(_ events: [EventBook.Entry], about scope: Scope) -> [EventFact] {
    let own = events.filter(scope.holds).mostTellingFirst
    let ownIDs = Set(own.map(\.uid))
    let strange = events.filter { $0.type == "Warning" && !ownIDs.contains($0.uid) }.mostTellingFirst
    return own.prefix(EvidenceLimits.events).map(fact) + strange.prefix(EvidenceLimits.strangeEvents).map(fact)
  }

  func fact(_ event: EventBook.Entry) -> EventFact {
    EventFact(
      object: text.value(event.subject), type: event.type, reason: text.value(event.reason), message: text.message(event.message),
      count: event.count, firstSeen: event.firstSeen, lastSeen: event.lastSeen, component: event.component.map(text.value))
  }
}
