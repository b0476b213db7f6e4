/// Who last wrote a part of an object, from `metadata.managedFields`: tells a person's edit from a controller's.
public struct FieldEdit: Sendable, Hashable {
  public let manager: String
  /// `Apply` or `Update`.
  public let operation: String
  public let time: APITime?
  /// `status` or `scale`; `nil` for a write of the object itself.
  public let subresource: String?
  /// Members of `spec` that belong to this writer, such as `template` or `unschedulable`; empty for kinds without a spec.
  public let specMembers: Set<String>

  /// Whether any field of `spec` belongs to this writer.
  public var touchesSpec: Bool { !specMembers.isEmpty }
}

extension FieldEdit: Decodable {
  private enum CodingKeys: String, CodingKey { case manager, operation, time, subresource, fieldsV1 }

  /// Any member; those of fields carry the prefix `f:`.
  private struct Member: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    manager = try container.decodeIfPresent(String.self, forKey: .manager) ?? ""
    operation = try container.decodeIfPresent(String.self, forKey: .operation) ?? ""
    time = try container.decodeIfPresent(APITime.self, forKey: .time)
    subresource = try container.decodeIfPresent(String.self, forKey: .subresource)
    let fields = try? container.nestedContainer(keyedBy: Member.self, forKey: .fieldsV1)
    let key = Member(stringValue: "f:spec")
    guard let fields, fields.contains(key) else {
      specMembers = []
      return
    }
    let members = (try? fields.nestedContainer(keyedBy: Member.self, forKey: key))?.allKeys ?? []
    // An owner of the spec as a whole (`"f:spec": {}`) owns it too.
    specMembers = members.isEmpty ? ["."] : Set(members.map { String($0.stringValue.drop { $0 != ":" }.dropFirst()) })
  }
}

extension FieldEdit {
  /// Those of the object that is being decoded, for readers outside this module.
  public static func all(in decoder: any Decoder) throws -> [FieldEdit] {
    try decoder.container(keyedBy: ObjectKeys.self).edits(.metadata)
  }

  private enum ObjectKeys: String, CodingKey { case metadata }
}

extension KeyedDecodingContainer {
  /// The same `metadata` read for its `managedFields` alone.
  func edits(_ key: Key) throws -> [FieldEdit] {
    try decode(ManagedFields.self, forKey: key).managedFields ?? []
  }
}

private struct ManagedFields: Decodable {
  let managedFields: [FieldEdit]?
}
