/// `spec.template` of a workload: the fields that we read, and the whole for comparing and hashing.
public struct PodTemplate: Sendable, Hashable {
  public struct Metadata: Sendable, Hashable {
    public let labels: [String: String]
    public let annotations: [String: String]?
  }

  public let metadata: Metadata
  public let spec: PodSpec
  /// Everything that the server sent.
  public let whole: JSONValue

  /// The label that the Deployment controller adds to the template of each ReplicaSet.
  public static let hashLabel = "pod-template-hash"

  /// The bytes that a template digest covers: the whole template as the server returned it, canonical, without the label
  /// `pod-template-hash`, so that a Deployment and its current ReplicaSet have the same. `restartedAt` is part of it: a restart
  /// in between makes an older decision stale.
  public var digestInput: [UInt8] { Self.withoutHash(whole).canonicalJSON }

  /// A ReplicaSet's template as the Deployment had it.
  public static func withoutHash(_ whole: JSONValue) -> JSONValue {
    guard case .object(var template) = whole, case .object(var metadata)? = template["metadata"],
      case .object(var labels)? = metadata["labels"]
    else { return whole }
    labels[hashLabel] = nil
    metadata["labels"] = .object(labels)
    template["metadata"] = .object(metadata)
    return .object(template)
  }
}

extension PodTemplate: Decodable {
  private enum CodingKeys: String, CodingKey { case metadata, spec }

  public init(from decoder: any Decoder) throws {
    whole = try JSONValue(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decodeIfPresent(Metadata.self, forKey: .metadata) ?? Metadata(labels: [:], annotations: nil)
    spec = try container.decode(PodSpec.self, forKey: .spec)
  }
}

extension PodTemplate.Metadata: Decodable {
  private enum CodingKeys: String, CodingKey { case labels, annotations }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    labels = try container.map(.labels)
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
  }
}
