import HTTP
import Kubernetes
import Logging
import Wire

/// Reads the log of each container that died, as soon as the watch shows that it did.
struct LogKeeper: Sendable {
  let client: KubernetesClient
  let namespace: String
  let view: LiveNamespace
  let clock: any WallClock
  let logger: Logger

  /// Between two reads: a hundred pods that die together must not load the API server.
  static let pace = Duration.milliseconds(500)

  func run() async {
    while !Task.isCancelled {
      let seen = view.logsWanted.version
      guard let death = await view.nextDeath() else {
        await view.logsWanted.wait(after: seen)
        continue
      }
      await keep(death)
      try? await clock.sleep(until: clock.now + Self.pace, tolerance: nil)
    }
  }

  private func keep(_ death: KeptLogs.Death) async {
    let options = LogOptions(
      container: death.container, previous: true, tailLines: KeptLogs.lines, limitBytes: KeptLogs.bytes)
    do {
      let bytes = try await client.log(pod: death.pod, namespace: namespace, options: options)
      await view.keep(KeptLog(death: death, takenAt: clock.now, bytes: Array(bytes.suffix(KeptLogs.bytes))))
    } catch {
      logger.debug("the log of a container that died was not kept", metadata: ["pod": "\(death.pod)", "error": "\(error)"])
    }
  }
}
