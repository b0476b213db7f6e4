import FoundationEssentials

/// Encodes and decodes the messages of the link. Every decoder takes the limit of its message and refuses more before it parses.
public enum WireJSON {
  public static func encode(_ message: some Encodable) throws -> [UInt8] {
    try CanonicalJSON.bytes(of: message)
  }

  /// - Throws: `WireError.tooLarge` over the limit, `WireError.malformed` with the reason for everything that does not decode.
  public static func decode<Message: Decodable>(
    _ type: Message.Type, from bytes: [UInt8], limit: Int
  ) throws(WireError) -> Message {
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw .malformed(error.shortDescription)
    } catch {
      throw .malformed("not JSON")
    }
  }
}

public enum WireError: Error, Sendable, Equatable {
  case tooLarge(limit: Int)
  case malformed(String)
}

extension WireError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let limit): "larger than \(limit) bytes"
    case .malformed(let reason): reason
    }
  }
}

extension DecodingError {
  /// The path and the reason, without the document: a message may quote a log.
  fileprivate var shortDescription: String {
    let (context, what): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "the key \"\(key.stringValue)\" is missing")
      case .typeMismatch(let type, let context): (context, "expected \(type)")
      case .valueNotFound(let type, let context): (context, "expected \(type), found null")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (Context(codingPath: [], debugDescription: ""), "does not decode")
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? what : "\(path): \(what)"
  }
}
