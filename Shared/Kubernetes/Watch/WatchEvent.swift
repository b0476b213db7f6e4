/// One line of a watch.
public enum WatchEvent<Object: Resource>: Sendable {
  case added(Object)
  case modified(Object)
  /// The object's last state. With a selector it may only have left the selection and live on.
  case deleted(Object)
  /// Nothing changed up to here: resume from this version.
  case bookmark(resourceVersion: String)

  /// Where a later watch resumes after this event.
  public var resourceVersion: String {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object.metadata.resourceVersion
    case .bookmark(let resourceVersion): resourceVersion
    }
  }

  /// Reads one line. An ERROR line throws what it says: ``KubernetesError/expired(_:)`` for code 410.
  init(line: [UInt8]) throws(KubernetesError) {
    switch try Answer.decode(WatchLine<Object>.self, from: line) {
    case .event(let event): self = event
    case .error(let status): throw KubernetesError(status)
    }
  }
}

extension WatchEvent: Equatable where Object: Equatable {}

/// The type decides how the object is read: a bookmark's has null where the kind requires a value, an error's is a `Status`.
private enum WatchLine<Object: Resource>: Decodable {
  case event(WatchEvent<Object>)
  case error(APIStatus)

  private enum CodingKeys: String, CodingKey { case type, object }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .type) {
    case "ADDED": self = .event(.added(try container.decode(Object.self, forKey: .object)))
    case "MODIFIED": self = .event(.modified(try container.decode(Object.self, forKey: .object)))
    case "DELETED": self = .event(.deleted(try container.decode(Object.self, forKey: .object)))
    case "BOOKMARK":
      let metadata = try container.decode(PartialObjectMetadata.self, forKey: .object).metadata
      self = .event(.bookmark(resourceVersion: metadata.resourceVersion))
    case "ERROR":
      let object = try container.decode(StatusObject.self, forKey: .object)
      self = .error(object.status(code: 500, retryAfter: nil))
    default:
      throw DecodingError.dataCorruptedError(forKey: .type, in: container, debugDescription: "unknown type")
    }
  }
}
