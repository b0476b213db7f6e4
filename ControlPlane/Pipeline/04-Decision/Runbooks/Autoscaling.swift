import Wire

extension Load {
  /// What its autoscaler says. A workload that has one is never scaled beside it.
  static func autoscaled(_ autoscaler: Examination.Cited<AutoscalerFact>, _ examination: Examination) -> Opinion? {
    let fact = autoscaler.fact
    func condition(_ type: String) -> ConditionFact? { fact.conditions.first { $0.type == type } }
    let isAsked = examination.names("horizontalpodautoscaler") != nil || examination.isSaturated || examination.isAboutUsage
    guard isAsked else { return nil }
    let text = "The HPA \(fact.target.name) has \(fact.current) of at most \(fact.maximum) pods (\(metrics(fact)))"
    if let blind = condition("ScalingActive"), blind.status == "False", fact.desired != 0 || blind.reason != "ScalingDisabled" {
      let reason = "\(text), and is blind: \(blind.reason ?? "") \(blind.message?.quoted ?? "")."
      return Opinion(
        reason, facts: [autoscaler.id],
        examination.escalate(Score.strong, "\(reason) Its metrics have to come back; scaling by hand would be undone."))
    }
    if let unable = condition("AbleToScale"), unable.status == "False" {
      let reason = "\(text), and cannot scale: \(unable.message?.quoted ?? unable.reason ?? "")."
      return Opinion(reason, facts: [autoscaler.id], examination.escalate(Score.strong, reason))
    }
    if fact.desired < fact.maximum || fact.current < fact.maximum,
      fact.desired > fact.current || examination.isWithin(fact.lastScaleAt, autoscalerTime)
    {
      let reason = "\(text), wants \(fact.desired), and scaled \(examination.age(fact.lastScaleAt)) ago: it is acting."
      return Opinion(reason, facts: [autoscaler.id], examination.wait(Score.strong, reason))
    }
    guard fact.current >= fact.maximum || condition("ScalingLimited")?.reason == "TooManyReplicas" else { return nil }
    return atCeiling(autoscaler, text, examination)
  }

  private static func atCeiling(
    _ autoscaler: Examination.Cited<AutoscalerFact>, _ text: String, _ examination: Examination
  ) -> Opinion {
    let fact = autoscaler.fact
    let reason = "\(text): it is at its maximum."
    let facts = [autoscaler.id] + examination.usages.map(\.pod.id)
    func person(_ why: String) -> Opinion {
      Opinion(reason, facts: facts, examination.escalate(Score.strong, "\(reason) \(why)"))
    }
    if let owner = fact.managedBy { return person("\(owner) owns its bounds, and would set them back.") }
    guard examination.settled.count >= fact.current else {
      return person("Not all of its pods are well, so that more of them would not be either.")
    }
    let over = fact.metrics.compactMap { metric -> Double? in
      guard let current = metric.current.flatMap(number), let goal = number(metric.goal), goal > 0 else { return nil }
      return current / goal
    }.max()
    if let over, over <= 1.1 {
      return person("Its metrics are at their goal: it copes, and how much room it needs is for a person.")
    }
    guard examination.usages.isEmpty || examination.isSaturated else {
      return person(
        "Its pods are not short of CPU (\(examination.saturationText)): what is slow is behind them, and more pods would "
          + "press harder."
      )
    }
    let wanted = Int((Double(fact.current) * min(over ?? 1.5, 2)).rounded(.up))
    guard let maximum = examination.bounded(max(wanted, fact.maximum + 1), from: fact.maximum) else {
      return person("There is no room for more pods: \(examination.quotaRoom?.by ?? "the quota") is used up.")
    }
    let room = examination.quotaRoom.map { " The quota has room for \($0.pods) more." } ?? ""
    return Opinion(
      reason, facts: facts,
      examination.raiseMaximum(
        of: fact, to: maximum, Score.strong,
        "\(reason) Every pod is saturated; a maximum of \(maximum) lets it carry the load.\(room)"),
      examination.escalate(0.7, reason))
  }

  private static func metrics(_ autoscaler: AutoscalerFact) -> String {
    let texts = autoscaler.metrics.prefix(3).map { "\($0.name) \($0.current ?? "unknown") of \($0.goal)" }
    return texts.isEmpty ? "no metrics" : texts.joined(separator: ", ")
  }

  /// `87%`, `960m`, `12`
  private static func number(_ text: String) -> Double? {
    if text.hasSuffix("%") { return Double(text.dropLast()) }
    return Quantity(text)?.units
  }
}
