import Pipeline

/// What the steps of one call have changed so far. An incident that changed more than once is told of once, as it is in the end.
struct CommitInTheMaking {
  private var order: [Incident.ID] = []
  private var incidents: [Incident.ID: Incident] = [:]
  private var timeline: [StoredTimelineEntry] = []
  private var commands: [OpenCommand] = []
  private var hasIntents = false

  mutating func add(_ incident: Incident) {
    if incidents.updateValue(incident, forKey: incident.id) == nil { order.append(incident.id) }
  }

  mutating func add(_ entry: StoredTimelineEntry) {
    timeline.append(entry)
  }

  mutating func add(_ command: OpenCommand) {
    commands.append(command)
  }

  mutating func addIntent() {
    hasIntents = true
  }

  var commit: Commit {
    Commit(incidents: order.compactMap { incidents[$0] }, timeline: timeline, commands: commands, hasIntents: hasIntents)
  }
}
