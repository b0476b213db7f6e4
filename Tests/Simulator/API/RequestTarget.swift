/// The verb of a request in the words of authorisation.
enum Verb: String, Sendable {
  case get, list, watch, create, update, patch, delete, deletecollection
}

/// What a path names: an object, a collection, a subresource, or no resource at all.
struct RequestTarget: Sendable {
  var isResource = false
  let path: String
  var group = ""
  var version = ""
  var namespace = ""
  var resource = ""
  var name = ""
  var subresource = ""
  /// What follows the subresource.
  var rest: [String] = []

  /// The type of a custom resource, looked up in the store.
  var custom: ResourceType?
  /// The type, if the simulator serves it.
  var type: ResourceType? { ResourceCatalogue.type(group: group, version: version, plural: resource) ?? custom }

  init(path: String) {
    self.path = path
    var parts = path.split(separator: "/").map(String.init)
    guard let root = parts.first, root == "api" || root == "apis" else { return }
    parts.removeFirst()
    if root == "apis" {
      guard parts.count >= 3 else { return }
      group = parts.removeFirst()
    }
    guard parts.count >= 2 else { return }
    version = parts.removeFirst()
    isResource = true
    if parts[0] == "namespaces" {
      namespace = parts.count > 1 ? parts[1] : ""
      // /namespaces/x and /namespaces/x/status are the namespace itself.
      if parts.count > 2, !["status", "finalize"].contains(parts[2]) { parts.removeFirst(2) }
    }
    resource = parts[0]
    name = parts.count > 1 ? parts[1] : ""
    subresource = parts.count > 2 ? parts[2] : ""
    rest = Array(parts.dropFirst(3))
  }

  /// The verb that a method means here.
  func verb(method: String, query: Query) -> Verb? {
    switch method {
    case "GET", "HEAD":
      guard name.isEmpty else { return .get }
      return query.isTrue("watch") ? .watch : .list
    case "POST": return .create
    case "PUT": return .update
    case "PATCH": return .patch
    case "DELETE": return name.isEmpty ? .deletecollection : .delete
    default: return nil
    }
  }
}

/// The query of a request, decoded.
struct Query: Sendable {
  private let items: [(name: String, value: String)]

  init(_ text: String) {
    items = text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
    }
  }

  /// The first value of a parameter.
  subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

  /// Every value of a parameter.
  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  /// Present and neither `0` nor `false`: the API server takes `previous=yes` for true (recordings, 04 previous-garbage).
  func isTrue(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return value != "0" && value.lowercased() != "false"
  }

  static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      if byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), let high = iterator.next(), let low = iterator.next(),
        let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
