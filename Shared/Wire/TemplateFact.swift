/// A pod template: what the workload asks to be run, without the values of its environment.
public struct TemplateFact: Sendable, Hashable, Codable {
  public let labels: [String: String]
  /// Those that decide something, such as `kubectl.kubernetes.io/restartedAt` and checksums of configuration.
  public let annotations: [String: String]
  public let containers: [ContainerSpecFact]
  public let volumes: [VolumeFact]
  public let nodeSelector: [String: String]
  /// As `key=value:Effect`, an empty key as `*`.
  public let tolerations: [String]
  /// Required and preferred terms, one readable line each, such as `requires podAntiAffinity app=web by kubernetes.io/hostname`.
  public let affinity: [String]
  public let serviceAccount: String?
  public let priorityClass: String?
  public let restartPolicy: String?
  public let terminationGraceSeconds: Int?

  public init(
    labels: [String: String] = [:], annotations: [String: String] = [:], containers: [ContainerSpecFact],
    volumes: [VolumeFact] = [], nodeSelector: [String: String] = [:], tolerations: [String] = [], affinity: [String] = [],
    serviceAccount: String? = nil, priorityClass: String? = nil, restartPolicy: String? = nil, terminationGraceSeconds: Int? = nil
  ) {
    self.labels = labels
    self.annotations = annotations
    self.containers = containers
    self.volumes = volumes
    self.nodeSelector = nodeSelector
    self.tolerations = tolerations
    self.affinity = affinity
    self.serviceAccount = serviceAccount
    self.priorityClass = priorityClass
    self.restartPolicy = restartPolicy
    self.terminationGraceSeconds = terminationGraceSeconds
  }
}

/// One container of a template.
public struct ContainerSpecFact: Sendable, Hashable, Codable {
  public let name: String
  public let image: String
  /// `command` and `args`, redacted.
  public let command: [String]
  /// Resource name → quantity as written.
  public let requests: [String: String]
  public let limits: [String: String]
  public let probes: [ProbeFact]
  public let environment: [EnvironmentFact]
  public let mounts: [MountFact]
  public let ports: [Int]
  public let imagePullPolicy: String?
  public let readOnlyRootFilesystem: Bool
  public let isInit: Bool
  /// An init container with `restartPolicy: Always`.
  public let isSidecar: Bool

  public init(
    name: String, image: String, command: [String] = [], requests: [String: String] = [:], limits: [String: String] = [:],
    probes: [ProbeFact] = [], environment: [EnvironmentFact] = [], mounts: [MountFact] = [], ports: [Int] = [],
    imagePullPolicy: String? = nil, readOnlyRootFilesystem: Bool = false, isInit: Bool = false, isSidecar: Bool = false
  ) {
    self.name = name
    self.image = image
    self.command = command
    self.requests = requests
    self.limits = limits
    self.probes = probes
    self.environment = environment
    self.mounts = mounts
    self.ports = ports
    self.imagePullPolicy = imagePullPolicy
    self.readOnlyRootFilesystem = readOnlyRootFilesystem
    self.isInit = isInit
    self.isSidecar = isSidecar
  }
}

/// One probe of a container; times in seconds.
public struct ProbeFact: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case liveness, readiness, startup
  }

  public let kind: Kind
  /// `httpGet :8080/healthz`, `tcpSocket :5432`, `exec pg_isready`, `grpc :9000`.
  public let check: String
  public let initialDelay: Int
  public let period: Int
  public let timeout: Int
  public let failureThreshold: Int

  public init(
    kind: Kind, check: String, initialDelay: Int, period: Int, timeout: Int, failureThreshold: Int
  ) {
    self.kind = kind
    self.check = check
    self.initialDelay = initialDelay
    self.period = period
    self.timeout = timeout
    self.failureThreshold = failureThreshold
  }
}

/// Where a variable gets its value from; the value itself stays in the namespace.
public struct EnvironmentFact: Sendable, Hashable, Codable {
  public enum Source: String, Sendable, Codable, CaseIterable {
    case value, configMap, secret, field
    /// `envFrom`: all keys of the object.
    case allOfConfigMap, allOfSecret
  }

  /// Empty for `envFrom`.
  public let name: String
  public let source: Source
  /// Name of the ConfigMap or Secret.
  public let object: String?
  public let key: String?
  public let optional: Bool

  public init(
    name: String, source: Source, object: String? = nil, key: String? = nil, optional: Bool = false
  ) {
    self.name = name
    self.source = source
    self.object = object
    self.key = key
    self.optional = optional
  }
}

public struct MountFact: Sendable, Hashable, Codable {
  public let volume: String
  public let path: String
  /// Files mounted by subPath do not follow changes of their ConfigMap.
  public let subPath: String?
  public let readOnly: Bool

  public init(
    volume: String, path: String, subPath: String? = nil, readOnly: Bool = false
  ) {
    self.volume = volume
    self.path = path
    self.subPath = subPath
    self.readOnly = readOnly
  }
}

public struct VolumeFact: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case configMap, secret, persistentVolumeClaim, emptyDir, projected, hostPath, ephemeral, csi, other
  }

  public let name: String
  public let kind: Kind
  /// Name of the ConfigMap, Secret or claim.
  public let object: String?
  public let optional: Bool

  public init(
    name: String, kind: Kind, object: String? = nil, optional: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.object = object
    self.optional = optional
  }
}
