import FoundationEssentials
import Pipeline
import Wire

/// What a control plane asks a signer: one line of JSON each, one answer for each.
enum SignerRequest: Codable, Sendable {
  case keySet
  /// The payload is the command's canonical JSON, which the signer reads as strictly as an agent does.
  case sign(payload: String, warrant: Warrant?)
}

enum SignerResponse: Codable, Sendable {
  case keySet(SignedKeySet)
  case envelope(String)
  case failed(SignerError)
}

enum SignerMessage {
  static func encode(_ message: some Encodable) throws(SignerError) -> [UInt8] {
    do {
      return try CanonicalJSON.bytes(of: message)
    } catch {
      throw .refused("the message does not encode")
    }
  }

  static func decode<Message: Decodable>(_ type: Message.Type, _ line: [UInt8]) -> Message? {
    try? JSONDecoder().decode(type, from: Data(line))
  }
}
