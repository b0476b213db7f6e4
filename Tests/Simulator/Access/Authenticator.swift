/// Finds out who sent a token. Words of refusal are those that a TokenReview shows (recordings, 01).
struct Authenticator: Sendable {
  /// Opaque tokens that stand for somebody, whatever the audience.
  var opaque: [String: Identity] = [:]
  var issuer = TokenIssuer()

  struct Refusal: Error {
    let message: String
  }

  /// Who a token belongs to, and which of the asked audiences it is for.
  func authenticate(
    _ token: String, audiences asked: [String], store: ResourceStore
  ) throws(Refusal) -> (identity: Identity, audiences: [String]) {
    if let identity = opaque[token] { return (identity, asked) }
    let claims: TokenIssuer.Claims
    do {
      claims = try issuer.claims(of: token)
    } catch {
      switch error {
      case .malformed: throw Refusal(message: "invalid bearer token")
      case .badSignature:
        throw Refusal(message: "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]")
      case .expired: throw Refusal(message: "[invalid bearer token, service account token has expired]")
      }
    }
    let common = asked.filter(claims.audiences.contains)
    guard !common.isEmpty else {
      throw Refusal(
        message: "[invalid bearer token, token audiences \(Self.goList(claims.audiences)) is invalid for the target audiences "
          + "\(Self.goList(asked))]")
    }
    try checkObjects(claims, store)
    return (identity(claims), common)
  }

  private func checkObjects(_ claims: TokenIssuer.Claims, _ store: ResourceStore) throws(Refusal) {
    let key = ObjectKey(namespace: claims.namespace, name: claims.account)
    guard let account = store.object(ResourceCatalogue.serviceAccounts, key) else {
      throw Refusal(message: "[invalid bearer token, serviceaccounts \"\(claims.account)\" not found]")
    }
    guard account.uid == claims.accountUID else {
      throw Refusal(
        message: "[invalid bearer token, service account UID (\(account.uid)) does not match claim (\(claims.accountUID))]")
    }
    guard let pod = claims.pod else { return }
    let present = store.object(ResourceCatalogue.pods, ObjectKey(namespace: claims.namespace, name: pod.name))
    guard present?.uid == pod.uid else {
      throw Refusal(message: "[invalid bearer token, service account token has been invalidated]")
    }
  }

  private func identity(_ claims: TokenIssuer.Claims) -> Identity {
    var extra = ["authentication.kubernetes.io/credential-id": ["JTI=\(claims.tokenID)"]]
    if let pod = claims.pod {
      extra["authentication.kubernetes.io/pod-name"] = [pod.name]
      extra["authentication.kubernetes.io/pod-uid"] = [pod.uid]
    }
    if let node = claims.node {
      extra["authentication.kubernetes.io/node-name"] = [node.name]
      extra["authentication.kubernetes.io/node-uid"] = [node.uid]
    }
    return .serviceAccount(namespace: claims.namespace, name: claims.account, uid: claims.accountUID, extra: extra)
  }

  /// A list of strings as Go's `%q` prints it.
  private static func goList(_ list: [String]) -> String { "[" + list.map { "\"\($0)\"" }.joined(separator: " ") + "]" }
}
