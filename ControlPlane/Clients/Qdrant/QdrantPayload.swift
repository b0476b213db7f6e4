import FoundationEssentials
import Pipeline
import Wire

/// What stands beside a point's vector: the original document's fields, and what makes a precedent of it.
struct QdrantPayload: Codable, Equatable {
  let alertName: String
  let pod: String?
  let namespace: String
  let actionTaken: String
  /// RFC 3339.
  let timestamp: String
  let modelID: String
  let outcome: Outcome
  let team: String
  let incident: Int64
  let embeddingVersion: Int

  enum Outcome: String, Codable {
    case fixed
    case notFixed = "not_fixed"
  }

  private enum CodingKeys: String, CodingKey {
    case pod, namespace, timestamp, outcome, team, incident
    case alertName = "alert_name"
    case actionTaken = "action_taken"
    case modelID = "model_id"
    case embeddingVersion = "embedding_version"
  }

  init(_ incident: RememberedIncident) {
    alertName = incident.alertName
    pod = incident.pod
    namespace = incident.namespace
    actionTaken = incident.action.rawValue
    timestamp = incident.at.rfc3339
    modelID = incident.decidedBy
    outcome = incident.verified ? .fixed : .notFixed
    team = incident.team
    self.incident = incident.incident
    embeddingVersion = Embedding.version
  }
}

/// One point of an upsert.
struct QdrantPoint: Encodable {
  let id: String
  let vector: [Float]
  let payload: QdrantPayload

  init(_ incident: RememberedIncident) {
    id = incident.id
    vector = incident.embedding.values
    payload = QdrantPayload(incident)
  }
}

/// One point of an answer. Its parts are read one by one, so that a point that somebody else put there is left out and the others count.
struct QdrantHit: Decodable {
  let id: String?
  let score: Float?
  let payload: QdrantPayload?
  let vector: [Float]?

  private enum CodingKeys: String, CodingKey { case id, score, payload, vector }

  init(from decoder: any Decoder) {
    let container = try? decoder.container(keyedBy: CodingKeys.self)
    id = try? container?.decode(String.self, forKey: .id)
    score = try? container?.decode(Float.self, forKey: .score)
    payload = try? container?.decode(QdrantPayload.self, forKey: .payload)
    vector = try? container?.decode([Float].self, forKey: .vector)
  }

  /// - Returns: nil for what was not asked for, or is none of ours.
  func recollection(of team: String, atLeast similarity: Float) -> Recollection? {
    guard let id, let score, let payload, let embedding = vector.flatMap(Embedding.init), score.isFinite,
      payload.team == team, payload.embeddingVersion == Embedding.version, let action = Action(rawValue: payload.actionTaken),
      let at = Timestamp(rfc3339: payload.timestamp), (similarity - 0.001...1.001).contains(score)
    else { return nil }
    let incident = RememberedIncident(
      id: id, incident: payload.incident, embedding: embedding, team: team, alertName: OneLine.of(payload.alertName, limit: 200),
      namespace: OneLine.of(payload.namespace, limit: 253), pod: payload.pod.map { OneLine.of($0, limit: 253) }, action: action,
      verified: payload.outcome == .fixed, at: at, decidedBy: OneLine.of(payload.modelID, limit: 200))
    return Recollection(incident, similarity: min(1, score))
  }
}
