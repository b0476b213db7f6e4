extension JSONValue {
  /// The value after a JSON merge patch (RFC 7386): objects merge, null removes, anything else replaces.
  func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var result = object ?? JSONObject()
    for (key, change) in changes {
      if change.isNull {
        result[key] = nil
      } else {
        result[key] = (result[key] ?? .null).merged(with: change)
      }
    }
    return .object(result)
  }
}
