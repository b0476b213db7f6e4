public import Signing
public import Wire

/// Signs commands. The key may live in this process or behind a socket.
public protocol CommandSigner: Sendable {
  /// - Returns: a DSSE envelope as one line of JSON.
  func sign(_ command: Command) async throws -> [UInt8]
}

/// Signs with a key in memory.
public struct LocalSigner: CommandSigner {
  private let key: SigningKey

  public init(key: SigningKey) {
    self.key = key
  }

  public func sign(_ command: Command) async throws -> [UInt8] {
    key.sign(try command.encoded(), type: ProtocolVersion.commandPayloadType).encoded()
  }
}
