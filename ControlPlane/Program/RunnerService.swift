import Pipeline
import ServiceLifecycle

/// Runs the runner until shutdown; what is then undone is done after the next start.
struct RunnerService: Service {
  let runner: Runner

  func run() async throws {
    await cancelWhenGracefulShutdown { await runner.run() }
  }
}
