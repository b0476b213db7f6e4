import Wire

extension Rule {
  /// A workload rests after a verification, so that one cure has time to be judged before the next.
  static let coolDown = Rule(
    "cool_down", .refuses, "A workload rests for 10 minutes after its last verification."
  ) { question in
    guard let last = question.history.lastVerifiedAt else { return .passes("never acted on before") }
    let end = last + question.settings.coolDown
    guard question.now < end else { return .passes("rested since \(last)") }
    return .refuses("the last act on this workload was verified at \(last); it rests until \(end)")
  }

  /// Whoever has to be cured again and again needs a person.
  static let attempts = Rule(
    "attempts", .refuses, "At most 2 acts an hour and 3 a day for each workload."
  ) { question in
    let hourAgo = question.now - .seconds(3600)
    let lastHour = question.history.actedAt.filter { $0 > hourAgo }.count
    let lastDay = question.history.actedAt.filter { $0 > question.now - .seconds(86_400) }.count
    let settings = question.settings
    guard lastHour < settings.actionsPerHour else {
      return .refuses("\(lastHour) acts within an hour, at most \(settings.actionsPerHour)")
    }
    guard lastDay < settings.actionsPerDay else {
      return .refuses("\(lastDay) acts within a day, at most \(settings.actionsPerDay)")
    }
    return .passes("\(lastHour) acts within an hour, \(lastDay) within a day")
  }

  static let oneInFlight = Rule(
    "one_in_flight", .refuses, "One act at a time in each namespace."
  ) { question in
    guard let other = question.history.inFlight else { return .passes("nothing else is in flight in the namespace") }
    return .refuses("incident \(other) has an act in flight in this namespace")
  }
}
