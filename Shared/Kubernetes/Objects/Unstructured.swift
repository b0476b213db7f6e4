/// An object of any kind with everything that the server sent: for acts, which decide by single fields of many kinds and patch
/// what they read.
public struct Unstructured: Sendable, Hashable, Decodable {
  public let metadata: ObjectMetadata
  public let whole: JSONValue

  private enum CodingKeys: String, CodingKey { case metadata }

  public init(from decoder: any Decoder) throws {
    whole = try JSONValue(from: decoder)
    metadata = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
  }

  public subscript(place: JSONPointer) -> JSONValue? { whole[place] }
}
