import Crypto
import Foundation

/// Signs and checks the tokens of ServiceAccounts: JWTs with the claims of a real cluster's bound tokens. Lives in real time,
/// whatever the simulated clock does, because the programs that hold the tokens do.
struct TokenIssuer: Sendable {
  /// The API server's own audience, and its issuer.
  static let ownAudience = "https://kubernetes.default.svc.cluster.local"
  /// A token is still taken so many seconds past its end (recordings, README).
  static let leeway = 60.0

  private let key = P256.Signing.PrivateKey()
  private let keyID = UUID().uuidString
  /// Moves the present for tokens, so that tests can let them expire.
  var clockOffset = 0.0

  /// Seconds since 1970, as tokens see it.
  var now: Double { Date().timeIntervalSince1970 + clockOffset }

  /// What a token says.
  struct Claims: Sendable {
    let namespace: String, account: String, accountUID: String
    let audiences: [String]
    let expires: Double
    let tokenID: String
    var pod: (name: String, uid: String)?
    var node: (name: String, uid: String)?
  }

  enum Refusal: Error {
    /// Not a token of this cluster at all.
    case malformed
    case badSignature
    case expired
  }

  /// A new token with these claims.
  func issue(_ claims: Claims) throws -> String {
    let issued = Int64(now)
    var kubernetes: JSONValue = ["namespace": .string(claims.namespace)]
    if let node = claims.node { kubernetes["node"] = ["name": .string(node.name), "uid": .string(node.uid)] }
    if let pod = claims.pod { kubernetes["pod"] = ["name": .string(pod.name), "uid": .string(pod.uid)] }
    kubernetes["serviceaccount"] = ["name": .string(claims.account), "uid": .string(claims.accountUID)]
    let payload: JSONValue = [
      "aud": .array(claims.audiences.map(JSONValue.string)), "exp": .integer(Int64(claims.expires)), "iat": .integer(issued),
      "iss": .string(Self.ownAudience), "jti": .string(claims.tokenID), "kubernetes.io": kubernetes, "nbf": .integer(issued),
      "sub": .string("system:serviceaccount:\(claims.namespace):\(claims.account)"),
    ]
    let header: JSONValue = ["alg": "ES256", "kid": .string(keyID)]
    let signed = Self.base64URL(header.encoded) + "." + Self.base64URL(payload.encoded)
    let signature = try key.signature(for: Data(signed.utf8))
    return signed + "." + Self.base64URL(Array(signature.rawRepresentation))
  }

  /// The claims of a token that this cluster signed and that has not expired.
  func claims(of token: String) throws(Refusal) -> Claims {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let payload = Self.bytes(base64URL: parts[1]), let raw = Self.bytes(base64URL: parts[2]),
      let body = try? JSONValue(parsing: payload), body["iss"]?.string == Self.ownAudience
    else { throw .malformed }
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw),
      key.publicKey.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
    else { throw .badSignature }
    guard let expires = body["exp"]?.integer, let claims = body["kubernetes.io"] else { throw .malformed }
    guard Double(expires) + Self.leeway > now else { throw .expired }
    func pair(_ member: String) -> (name: String, uid: String)? {
      claims[member].map { ($0["name"]?.string ?? "", $0["uid"]?.string ?? "") }
    }
    return Claims(
      namespace: claims["namespace"]?.string ?? "", account: claims[path: "serviceaccount", "name"]?.string ?? "",
      accountUID: claims[path: "serviceaccount", "uid"]?.string ?? "",
      audiences: (body["aud"]?.array ?? []).compactMap(\.string), expires: Double(expires),
      tokenID: body["jti"]?.string ?? "", pod: pair("pod"), node: pair("node"))
  }

  /// The public key as a JSON Web Key (RFC 7517).
  var publicKey: JSONValue {
    let point = Array(key.publicKey.rawRepresentation)
    return [
      "use": "sig", "kty": "EC", "kid": .string(keyID), "crv": "P-256", "alg": "ES256",
      "x": .string(Self.base64URL(Array(point.prefix(32)))), "y": .string(Self.base64URL(Array(point.suffix(32)))),
    ]
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func bytes(base64URL text: String) -> [UInt8]? {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Data(base64Encoded: standard + padding).map(Array.init)
  }
}
