import Glibc
import Synchronization

/// One program of a stack. It can be killed and started again with the same command, on the same port and data.
public final class StackProcess: Sendable {
  public let command: ChildProcess.Command
  private let isReady: @Sendable () async throws -> Bool
  private let willStop: @Sendable () async -> Void
  private let current = Mutex<ChildProcess?>(nil)

  /// - Parameters:
  ///   - isReady: asked again and again after a start; what it throws counts as not ready yet.
  ///   - willStop: called before the process is stopped for good.
  public init(
    _ command: ChildProcess.Command, isReady: @escaping @Sendable () async throws -> Bool,
    willStop: @escaping @Sendable () async -> Void = {}
  ) {
    self.command = command
    self.isReady = isReady
    self.willStop = willStop
  }

  public var name: String { command.name }

  /// nil before the first start.
  public var child: ChildProcess? { current.withLock { $0 } }

  /// Starts it and waits until it is ready.
  public func start(within limit: Duration = .seconds(20)) async throws {
    let child = try ChildProcess(command)
    current.withLock { $0 = child }
    do {
      try await waitUntil("\(name) is ready", within: limit) {
        if let ending = child.ending { throw ChildProcessError.ended(name: name, ending, log: child.logTail()) }
        return (try? await isReady()) ?? false
      }
    } catch let overdue as Overdue {
      throw ChildProcessError.notReady(name: name, "\(overdue)", log: child.logTail())
    }
  }

  /// SIGKILL, as a crash or the kernel's out-of-memory killer would.
  public func kill() async { await child?.killAndWait() }

  /// Ends it for good.
  public func stop() async {
    await willStop()
    await child?.stop()
  }

  /// Freezes and thaws the process, so that it neither acts nor ends.
  public func suspend() { child?.signal(SIGSTOP) }
  public func resume() { child?.signal(SIGCONT) }
}
