/// A kind of object and where the API serves it.
public struct ResourceType: Sendable, Hashable {
  /// `v1` for the core group, otherwise `group/version`.
  public let apiVersion: String
  public let kind: String
  /// The name in the path and in RBAC rules: lower case, plural.
  public let plural: String

  public init(apiVersion: String, kind: String, plural: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.plural = plural
  }

  /// The path of the collection in a namespace, or of the cluster-wide one without a namespace.
  public func path(namespace: String?) -> String {
    let root = apiVersion.contains("/") ? "/apis/" : "/api/"
    guard let namespace else { return root + apiVersion + "/" + plural }
    return root + apiVersion + "/namespaces/" + namespace.percentEncoded + "/" + plural
  }
}

/// A slim view of a Kubernetes object: only the fields that a reader needs, the rest is skipped while decoding. Two views
/// of one kind may exist side by side, for example one with and one without the pod template.
public protocol Resource: Decodable, Sendable {
  static var type: ResourceType { get }
  var metadata: ObjectMetadata { get }
}

/// A complete list, or as much of it as was asked for.
public struct ResourceList<Item: Sendable>: Sendable {
  /// Where a watch may begin so that it misses nothing after this list.
  public let resourceVersion: String
  public let items: [Item]
}

/// One page as the server sends it. Items of a list carry neither `kind` nor `apiVersion`.
struct ResourcePage<Item: Resource>: Decodable {
  struct Metadata: Decodable {
    let resourceVersion: String?
    let `continue`: String?
  }
  let metadata: Metadata
  let items: [Item]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(Metadata.self, forKey: .metadata)
    items = try container.list(.items)
  }

  private enum CodingKeys: String, CodingKey { case metadata, items }
}

extension String {
  /// Everything but RFC 3986's unreserved characters as `%XX`, safe in a path segment and in a query value.
  var percentEncoded: String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var encoded = String.UnicodeScalarView()
    for byte in utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.append(Unicode.Scalar(byte))
      default:
        encoded.append("%")
        encoded.append(digits[Int(byte >> 4)])
        encoded.append(digits[Int(byte & 15)])
      }
    }
    return String(encoded)
  }
}
