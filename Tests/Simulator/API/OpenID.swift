import Foundation

/// What others need to check the cluster's tokens by themselves (recordings, 01 openid-*).
enum OpenID {
  static let configuration: JSONValue = [
    "issuer": .string(TokenIssuer.ownAudience), "jwks_uri": .string("\(TokenIssuer.ownAudience)/openid/v1/jwks"),
    "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["ES256"],
  ]

  private static let mediaType = "application/jwk-set+json"

  /// The public keys; nothing but their own media type is acceptable.
  static func keys(accept: String, _ issuer: TokenIssuer) throws(APIStatus) -> APIResponse {
    let ranges = accept.split(separator: ",").map { $0.split(separator: ";").first?.trimmingSpaces ?? "" }
    guard accept.isEmpty || ranges.contains(where: { [mediaType, "application/*", "*/*"].contains($0) }) else {
      throw .notAcceptable(mediaType)
    }
    return APIResponse(body: .json(["keys": [issuer.publicKey]]), contentType: mediaType)
  }
}
