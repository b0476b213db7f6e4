import Server
import ServiceLifecycle

/// Keeps `/health` true about the cluster while no agent asks.
struct ClusterProbe: Service {
  static let interval = Duration.seconds(30)

  let authenticator: CachedAuthenticator
  let isConfigured: Bool

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if isConfigured { await authenticator.probe() }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}
