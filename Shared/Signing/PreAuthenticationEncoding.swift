/// DSSE v1's pre-authentication encoding (secure-systems-lab/dsse, protocol.md): what is signed. Lengths come before contents, so
/// that no part of the type can be taken for a part of the payload.
public func preAuthenticationEncoding(payloadType: String, payload: [UInt8]) -> [UInt8] {
  let type = Array(payloadType.utf8)
  return Array("DSSEv1 \(type.count) ".utf8) + type + Array(" \(payload.count) ".utf8) + payload
}
