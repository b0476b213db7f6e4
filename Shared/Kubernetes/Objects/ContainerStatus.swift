/// What the kubelet reports of a container.
public struct ContainerStatus: Sendable, Hashable {
  public let name: String
  public let ready: Bool
  public let restartCount: Int
  public let image: String
  public let state: ContainerState
  /// How the run before the current one ended. `OOMKilled` of a crash-looping container is only here.
  public let lastState: ContainerState
  /// Whether the startup probe has passed; true at once without one.
  public let started: Bool?
}

/// One of the three is set; none means `waiting` without a reason.
public struct ContainerState: Sendable, Hashable, Decodable {
  public struct Waiting: Sendable, Hashable, Decodable {
    public let reason: String?
    public let message: String?
  }

  public struct Running: Sendable, Hashable, Decodable {
    public let startedAt: APITime?
  }

  public struct Terminated: Sendable, Hashable, Decodable {
    public let exitCode: Int
    public let signal: Int?
    public let reason: String?
    public let message: String?
    public let startedAt: APITime?
    public let finishedAt: APITime?
  }

  public let waiting: Waiting?
  public let running: Running?
  public let terminated: Terminated?

  static let none = ContainerState(waiting: nil, running: nil, terminated: nil)
}

extension ContainerStatus: Decodable {
  private enum CodingKeys: String, CodingKey { case name, ready, restartCount, image, state, lastState, started }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    ready = try container.decodeIfPresent(Bool.self, forKey: .ready) ?? false
    restartCount = try container.count(.restartCount)
    image = try container.decodeIfPresent(String.self, forKey: .image) ?? ""
    state = try container.decodeIfPresent(ContainerState.self, forKey: .state) ?? .none
    lastState = try container.decodeIfPresent(ContainerState.self, forKey: .lastState) ?? .none
    started = try container.decodeIfPresent(Bool.self, forKey: .started)
  }
}
