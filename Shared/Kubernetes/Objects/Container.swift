/// A container of a pod's spec or of a pod template.
public struct Container: Sendable, Hashable {
  public let name: String
  public let image: String
  public let environment: [EnvironmentVariable]
  /// Names of ConfigMaps and Secrets whose every key becomes a variable.
  public let environmentSources: [EnvironmentSource]
  public let resources: ResourceRequirements
  public let livenessProbe: Probe?
  public let readinessProbe: Probe?
  public let startupProbe: Probe?
  /// `Always` makes an init container a sidecar.
  public let restartPolicy: String?
}

public struct EnvironmentVariable: Sendable, Hashable, Decodable {
  public struct Source: Sendable, Hashable, Decodable {
    public let configMapKeyRef: KeyReference?
    public let secretKeyRef: KeyReference?
  }

  public struct KeyReference: Sendable, Hashable, Decodable {
    public let name: String?
    public let key: String
    public let optional: Bool?
  }

  public let name: String
  /// May hold a secret that somebody wrote in plain: redact before it leaves the namespace.
  public let value: String?
  public let valueFrom: Source?
}

public struct EnvironmentSource: Sendable, Hashable, Decodable {
  public struct Reference: Sendable, Hashable, Decodable {
    public let name: String?
  }

  public let configMapRef: Reference?
  public let secretRef: Reference?
}

/// Quantities as the server writes them, such as `250m` and `64Mi`.
public struct ResourceRequirements: Sendable, Hashable {
  public let requests: [String: String]
  public let limits: [String: String]

  static let none = ResourceRequirements(requests: [:], limits: [:])
}

/// A probe's timing. Which handler it has does not matter here.
public struct Probe: Sendable, Hashable, Decodable {
  public let initialDelaySeconds: Int?
  public let timeoutSeconds: Int?
  public let periodSeconds: Int?
  public let failureThreshold: Int?
}

extension Container: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name, image, resources, livenessProbe, readinessProbe, startupProbe, restartPolicy
    case environment = "env"
    case environmentSources = "envFrom"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    image = try container.decodeIfPresent(String.self, forKey: .image) ?? ""
    environment = try container.list(.environment)
    environmentSources = try container.list(.environmentSources)
    resources = try container.decodeIfPresent(ResourceRequirements.self, forKey: .resources) ?? .none
    livenessProbe = try container.decodeIfPresent(Probe.self, forKey: .livenessProbe)
    readinessProbe = try container.decodeIfPresent(Probe.self, forKey: .readinessProbe)
    startupProbe = try container.decodeIfPresent(Probe.self, forKey: .startupProbe)
    restartPolicy = try container.decodeIfPresent(String.self, forKey: .restartPolicy)
  }
}

extension ResourceRequirements: Decodable {
  private enum CodingKeys: String, CodingKey { case requests, limits }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    requests = try container.map(.requests)
    limits = try container.map(.limits)
  }
}
