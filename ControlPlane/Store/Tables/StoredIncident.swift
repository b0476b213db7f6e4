import FoundationEssentials
import Pipeline
import Wire

/// An incident as it lies in the database: without its evidence, which has a table of its own. The first schema kept both in one document.
///
/// Of an incident that an earlier version stored, what only explains it may be lost when it cannot be read any more: evidence, decision and
/// verdict. Without them nothing is approved or done. What was ordered and what became of it is never left out.
enum StoredIncident {
  static func document(_ incident: Incident) throws -> Data {
    try StoredJSON.data(incident.replacing(evidence: nil))
  }

  /// - Parameter evidence: the row of the evidence table; nil when there is none.
  static func incident(_ id: Incident.ID, _ document: Data, evidence: Data?) throws -> Incident {
    guard let evidence else { return try whole(document, "incident \(id)") }
    // Evidence that cannot be read is gathered again, or a person decides; the incident itself must not be lost by it.
    let bundle = PackedJSON.unpack(evidence).flatMap(EarlierEvidence.read)
    return try StoredJSON.value(Incident.self, document, "incident \(id)").replacing(evidence: bundle)
  }

  /// A document of the first schema, which holds its evidence still.
  private static func whole(_ document: Data, _ name: String) throws -> Incident {
    if let incident = try? StoredJSON.value(Incident.self, document, name) { return incident }
    guard let json = PackedJSON.unpack(document),
      case .object(var members)? = try? JSONDecoder().decode(JSONTree.self, from: json)
    else { throw StoredJSONError(name: name) }
    let evidence = members.removeValue(forKey: "evidence").flatMap(EarlierEvidence.read)
    complete(&members)
    for dispensable in [nil, "decision", "verdict"] {
      if let dispensable { members[dispensable] = nil }
      let json = Data(try JSONEncoder().encode(JSONTree.object(members)))
      if let incident = try? StoredJSON.value(Incident.self, json, name) { return incident.replacing(evidence: evidence) }
    }
    throw StoredJSONError(name: name)
  }

  /// The first schema kept of the alert only what is shown, and of a confidence only its value.
  private static func complete(_ members: inout [String: JSONTree]) {
    if members["alert"] == nil, let name = members["alertName"], let openedAt = members["openedAt"] {
      members["alert"] = .object([
        "status": .string("firing"), "labels": .object(["alertname": name, "severity": members["severity"] ?? .string("none")]),
        "annotations": .object(["description": members["description"] ?? .string("")]), "startsAt": openedAt,
        "fingerprint": .string(""), "source": .string("alertmanager"),
      ])
    }
    if case .object(var decision)? = members["decision"], decision["grounds"] == nil, let value = decision["confidence"] {
      decision["grounds"] = .object([
        "runbook": value, "agree": .bool(true), "precedents": .integer(0), "successes": .integer(0), "value": value,
      ])
      members["decision"] = .object(decision)
    }
  }
}
