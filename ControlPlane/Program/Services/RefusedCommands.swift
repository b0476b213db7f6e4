import Logging
import Pipeline
import Server
import ServiceLifecycle
import Wire

/// Concludes what the signer will never sign, so that a person is told at once and not when the command's time is over.
struct RefusedCommands: Service {
  let dispatch: CommandDispatch
  let runner: Runner
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await refused in self.dispatch.refused {
        do {
          try await self.runner.record(refused.result, from: refused.namespace)
        } catch {
          // Its time runs out, and that is noticed.
          self.logger.error("not concluded", metadata: ["command": "\(refused.result.command)", "error": "\(error)"])
        }
      }
    }
  }
}
