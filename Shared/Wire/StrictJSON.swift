/// A JSON document read without any leniency: a repeated key, a number that is not a whole 64-bit integer, trailing bytes, a lone
/// surrogate, or nesting past the limit is an error. `JSONDecoder` accepts repeated keys, and two readers that disagree on which
/// one counts are how a signed document gets to mean two things.
public indirect enum StrictJSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([StrictJSON])
  case object([String: StrictJSON])

  /// Deeper documents are refused; a command needs four levels.
  public static let depthLimit = 16

  public init(parsing bytes: [UInt8]) throws(StrictJSONError) {
    var parser = StrictJSONParser(bytes)
    self = try parser.document()
  }
}

/// Where and why a document was refused. Offsets are bytes from the start.
public enum StrictJSONError: Error, Sendable, Equatable {
  case unexpectedByte(offset: Int)
  case unexpectedEnd
  case repeatedKey(String)
  case notAnInteger(offset: Int)
  case invalidString(offset: Int)
  case tooDeep
  case trailingBytes(offset: Int)
  case missingKey(String)
  case unknownKey(String)
  case wrongType(key: String, expected: String)
}

extension StrictJSONError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedByte(let offset): "unexpected byte at offset \(offset)"
    case .unexpectedEnd: "the document ends early"
    case .repeatedKey(let key): "the key \"\(key)\" appears twice"
    case .notAnInteger(let offset): "the number at offset \(offset) is not a whole 64-bit integer"
    case .invalidString(let offset): "the string at offset \(offset) is not valid UTF-8 or has an invalid escape"
    case .tooDeep: "nested deeper than \(StrictJSON.depthLimit) levels"
    case .trailingBytes(let offset): "bytes follow the document at offset \(offset)"
    case .missingKey(let key): "the key \"\(key)\" is missing"
    case .unknownKey(let key): "the key \"\(key)\" is not known"
    case .wrongType(let key, let expected): "\"\(key)\" must be \(expected)"
    }
  }
}
