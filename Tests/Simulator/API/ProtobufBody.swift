import Foundation

/// Turns the few protobuf bodies that kubectl sends into JSON: `kubectl create token|configmap|namespace|serviceaccount` and
/// `kubectl auth can-i` use typed clients, which speak protobuf. Field numbers are those of k8s.io/api's generated.proto files.
enum ProtobufBody {
  /// `k8s\0`, before every message (apimachinery, serializer/protobuf).
  private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

  indirect enum Field: Sendable {
    case string(String)
    case strings(String)
    case integer(String)
    case bool(String)
    case message(String, [Int: Field])
    case stringMap(String)
    case bytesMap(String)
  }

  /// The object in a body, `nil` when it is no known message.
  static func decode(_ body: [UInt8]) -> JSONValue? {
    guard body.starts(with: magic), let envelope = fields(body[magic.count...]) else { return nil }
    guard let typeMeta = envelope.first(where: { $0.number == 1 })?.bytes.flatMap(fields),
      let raw = envelope.first(where: { $0.number == 2 })?.bytes
    else { return nil }
    func text(_ number: Int) -> String {
      typeMeta.first { $0.number == number }?.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let (apiVersion, kind) = (text(1), text(2))
    guard let table = tables[kind], var object = message(raw, table) else { return nil }
    object["kind"] = .string(kind)
    object["apiVersion"] = .string(apiVersion)
    return object
  }

  private static let metadata = Field.message(
    "metadata",
    [
      1: .string("name"), 2: .string("generateName"), 3: .string("namespace"), 5: .string("uid"), 6: .string("resourceVersion"),
      11: .stringMap("labels"), 12: .stringMap("annotations"), 14: .strings("finalizers"),
    ])
  private static let resourceAttributes = Field.message(
    "resourceAttributes",
    [
      1: .string("namespace"), 2: .string("verb"), 3: .string("group"), 4: .string("version"), 5: .string("resource"),
      6: .string("subresource"), 7: .string("name"),
    ])
  private static let nonResourceAttributes = Field.message("nonResourceAttributes", [1: .string("path"), 2: .string("verb")])

  private static let tables: [String: [Int: Field]] = [
    "ConfigMap": [1: metadata, 2: .stringMap("data"), 4: .bool("immutable")],
    "Secret": [1: metadata, 2: .bytesMap("data"), 3: .string("type"), 4: .stringMap("stringData")],
    "Namespace": [1: metadata],
    "ServiceAccount": [1: metadata],
    "TokenRequest": [
      1: metadata,
      2: .message(
        "spec",
        [
          1: .strings("audiences"),
          3: .message(
            "boundObjectRef", [1: .string("kind"), 2: .string("apiVersion"), 3: .string("name"), 4: .string("uid")]),
          4: .integer("expirationSeconds"),
        ]),
    ],
    "SelfSubjectAccessReview": [1: metadata, 2: .message("spec", [1: resourceAttributes, 2: nonResourceAttributes])],
    "SelfSubjectRulesReview": [1: metadata, 2: .message("spec", [1: .string("namespace")])],
    "SelfSubjectReview": [1: metadata],
    "DeleteOptions": [
      1: .integer("gracePeriodSeconds"),
      2: .message("preconditions", [1: .string("uid"), 2: .string("resourceVersion")]), 4: .string("propagationPolicy"),
      5: .strings("dryRun"),
    ],
  ]

  private struct WireField {
    let number: Int
    let bytes: ArraySlice<UInt8>?
    let value: UInt64
  }

  private static func message(_ bytes: ArraySlice<UInt8>, _ table: [Int: Field]) -> JSONValue? {
    guard let fields = fields(bytes) else { return nil }
    var object: JSONValue = [:]
    for field in fields {
      guard let kind = table[field.number] else { continue }
      switch kind {
      case .integer(let name): object[name] = .integer(Int64(bitPattern: field.value))
      case .bool(let name): object[name] = .bool(field.value != 0)
      case .string(let name):
        let text = String(decoding: field.bytes ?? [], as: UTF8.self)
        if !text.isEmpty { object[name] = .string(text) }
      case .strings(let name):
        object[name] = .array((object[name]?.array ?? []) + [.string(String(decoding: field.bytes ?? [], as: UTF8.self))])
      case .message(let name, let inner):
        guard let value = message(field.bytes ?? [], inner) else { return nil }
        object[name] = value
      case .stringMap(let name), .bytesMap(let name):
        guard let entry = self.fields(field.bytes ?? []) else { return nil }
        let key = entry.first { $0.number == 1 }?.bytes ?? []
        let value = entry.first { $0.number == 2 }?.bytes ?? []
        if object[name] == nil { object[name] = [:] }
        let text: String
        if case .bytesMap = kind {
          text = Data(value).base64EncodedString()
        } else {
          text = String(decoding: value, as: UTF8.self)
        }
        object[name]?[String(decoding: key, as: UTF8.self)] = .string(text)
      }
    }
    return object
  }

  private static func fields(_ bytes: ArraySlice<UInt8>) -> [WireField]? {
    var fields: [WireField] = []
    var position = bytes.startIndex
    func varint() -> UInt64? {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while position < bytes.endIndex, shift < 64 {
        let byte = bytes[position]
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte & 0x80 == 0 { return value }
        shift += 7
      }
      return nil
    }
    while position < bytes.endIndex {
      guard let tag = varint() else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = varint() else { return nil }
        fields.append(WireField(number: Int(tag >> 3), bytes: nil, value: value))
      case 2:
        guard let count = varint(), count <= UInt64(bytes.endIndex - position) else { return nil }
        let end = position + Int(count)
        fields.append(WireField(number: Int(tag >> 3), bytes: bytes[position..<end], value: 0))
        position = end
      default: return nil
      }
    }
    return fields
  }
}
