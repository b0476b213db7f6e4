import Simulator

extension JSONValue {
  /// Every string and every key changed.
  func mapStrings(_ change: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let elements): .array(elements.map { $0.mapStrings(change) })
    case .object(let members): .object(JSONObject(members.map { (change($0.key), $0.value.mapStrings(change)) }))
    case .null, .bool, .integer, .double: self
    }
  }

  /// Every alert of every delivery changed.
  func mapAlerts(_ change: (inout JSONValue) -> Void) -> JSONValue {
    var document = self
    let deliveries = (document["deliveries"]?.array ?? []).map { delivery in
      var delivery = delivery
      guard var body = delivery["body"] else { return delivery }
      let alerts = (body["alerts"]?.array ?? []).map { alert in
        var alert = alert
        change(&alert)
        return alert
      }
      body["alerts"] = .array(alerts)
      delivery["body"] = body
      return delivery
    }
    document["deliveries"] = .array(deliveries)
    return document
  }

  /// The labels of every alert changed.
  func mapLabels(_ change: (inout JSONValue) -> Void) -> JSONValue {
    mapAlerts { alert in
      var labels = alert["labels"] ?? [:]
      change(&labels)
      alert["labels"] = labels
    }
  }
}
