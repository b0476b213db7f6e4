import Pipeline

/// The alerts of one delivery by the open incident that they join, so that an incident takes one step however many there are.
struct Joins {
  private var order: [Incident.ID] = []
  private var members: [Incident.ID: (alerts: [Alert], subject: Subject)] = [:]

  mutating func add(_ opening: Opening, to incident: Incident.ID) {
    guard let subject = members[incident]?.subject else {
      order.append(incident)
      members[incident] = ([opening.alert], opening.subject)
      return
    }
    members[incident]?.alerts.append(opening.alert)
    members[incident]?.subject = subject.joined(by: opening.subject)
  }

  /// In the order in which they were first joined.
  var all: [(incident: Incident.ID, alerts: [Alert], subject: Subject)] {
    order.compactMap { id in members[id].map { (id, $0.alerts, $0.subject) } }
  }
}
