/// Who last wrote a part of an object, from `metadata.managedFields`: tells a person's edit from a controller's.
public struct FieldEdit: Sendable, Hashable {
  public let manager: String
  /// `Apply` or `Update`.
  public let operation: String
  public let time: APITime?
  /// `status` or `scale`; `nil` for a write of the object itself.
  public let subresource: String?
  /// Whether any field of `spec` belongs to this writer.
  public let touchesSpec: Bool
}

extension FieldEdit: Decodable {
  private enum CodingKeys: String, CodingKey { case manager, operation, time, subresource, fieldsV1 }
  private enum FieldKeys: String, CodingKey { case spec = "f:spec" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    manager = try container.decodeIfPresent(String.self, forKey: .manager) ?? ""
    operation = try container.decodeIfPresent(String.self, forKey: .operation) ?? ""
    time = try container.decodeIfPresent(APITime.self, forKey: .time)
    subresource = try container.decodeIfPresent(String.self, forKey: .subresource)
    let fields = try? container.nestedContainer(keyedBy: FieldKeys.self, forKey: .fieldsV1)
    touchesSpec = fields?.contains(.spec) ?? false
  }
}

/// The same `metadata` read for its `managedFields` alone.
struct ManagedFields: Decodable {
  let managedFields: [FieldEdit]?
}
