/// Who makes a request.
struct Identity: Sendable, Hashable {
  let username: String
  var uid = ""
  var groups: [String]
  var extra: [String: [String]] = [:]

  static let anonymous = Identity(username: "system:anonymous", groups: ["system:unauthenticated"])

  /// The identity of a ServiceAccount.
  static func serviceAccount(namespace: String, name: String, uid: String = "", extra: [String: [String]] = [:]) -> Identity {
    Identity(
      username: "system:serviceaccount:\(namespace):\(name)", uid: uid,
      groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"], extra: extra)
  }

  /// The identity as reviews show it.
  var userInfo: JSONValue {
    var info: JSONValue = ["username": .string(username)]
    if !uid.isEmpty { info["uid"] = .string(uid) }
    info["groups"] = .array(groups.map(JSONValue.string))
    if !extra.isEmpty {
      info["extra"] = .object(
        JSONObject(extra.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map(JSONValue.string))) }))
    }
    return info
  }
}
