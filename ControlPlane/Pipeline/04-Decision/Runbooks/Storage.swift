import Wire

/// Volumes: full, not there, or held by another node. Data is never touched by a robot.
enum Storage {
  /// A disk is detached and attached again within this time after a pod moved.
  static let attachTime = Duration.seconds(360)

  static let runbook: Runbook = { examination in
    claim(examination) ?? mounting(examination) ?? full(examination)
  }

  private static func claim(_ examination: Examination) -> Opinion? {
    guard let claim = examination.evidence.claims.first(where: { $0.fact.phase != "Bound" }) else { return nil }
    let fact = claim.fact
    let events = examination.evidence.events.filter { $0.fact.object == "PersistentVolumeClaim/\(fact.name)" }
    let text = "Claim \(fact.name) is \(fact.phase)" + (fact.storageClass.map { ", class \($0)" } ?? "")
    let said = events.last.map { ": \($0.fact.message.quoted)" } ?? "."
    let facts = [claim.id] + events.map(\.id)
    if fact.phase == "Pending", let last = events.last?.fact, ["Provisioning", "ExternalProvisioning"].contains(last.reason),
      examination.isWithin(last.firstSeen ?? last.lastSeen, attachTime)
    {
      return Opinion(text + said, facts: facts, examination.wait(Score.strong, "\(text)\(said) The volume is being made."))
    }
    return Opinion(
      text + said, facts: facts,
      examination.escalate(Score.strong, "\(text)\(said) Without its volume no pod can start, and volumes are for a person."))
  }

  private static func mounting(_ examination: Examination) -> Opinion? {
    let troubles = examination.events("FailedAttachVolume", "FailedMount", "FailedMapVolume").filter { event in
      examination.pods.contains { !$0.fact.ready && event.fact.object == "Pod/\($0.fact.name)" }
    }
    // Secrets and ConfigMaps that are not there are the start of a container's trouble, not storage's.
    guard let last = troubles.last, !last.fact.message.contains("not found") || last.fact.message.contains("volume \"pvc") else {
      return nil
    }
    let text = "A volume cannot be mounted: \(last.fact.message.quoted)"
    let isHeld = last.fact.message.contains("Multi-Attach")
    if isHeld, examination.isWithin(last.fact.firstSeen, attachTime),
      examination.evidence.pods.contains(where: { $0.fact.deletedAt != nil })
    {
      return Opinion(
        text, facts: [last.id], examination.wait(Score.likely, "\(text) The old pod is still going; the disk follows it."))
    }
    let reason =
      isHeld
      ? "The disk (ReadWriteOnce) is still attached where another pod runs or ran: taking it away by force risks its data."
      : "Volumes are for a person."
    return Opinion(text, facts: [last.id], examination.escalate(Score.strong, "\(text) \(reason)"))
  }

  private static func full(_ examination: Examination) -> Opinion? {
    let claims = examination.evidence.claims
    let pods = examination.pods.isEmpty ? examination.evidence.pods : examination.pods
    let complaint = examination.complaints(of: pods).first { $0.sign == .noSpace }
    let named = examination.names("persistentvolumeclaim")
    guard complaint != nil || named != nil else { return nil }
    let claim = claims.first { $0.fact.name == named } ?? claims.first
    if let claim,
      let resizing = claim.fact.conditions.first(where: {
        ["Resizing", "FileSystemResizePending"].contains($0.type) && $0.status == "True"
      })
    {
      let text = "The volume of claim \(claim.fact.name) is being made larger (\(resizing.type))."
      return Opinion(text, facts: [claim.id], examination.wait(Score.strong, text))
    }
    let volume =
      claim.map { "The volume of claim \($0.fact.name) (\($0.fact.capacity ?? "size unknown"))" } ?? named.map {
        "The volume of claim \($0)"
      } ?? "The disk"
    let said = complaint.map { ": \($0.line.quoted)" } ?? "."
    let text = "\(volume) is full or filling up\(said)"
    return Opinion(
      text, facts: [claim?.id, complaint?.fact].compactMap(\.self),
      examination.escalate(
        Score.strong, "\(text) What may be deleted, or how far it may grow, a person decides; a restart frees nothing."))
  }
}
