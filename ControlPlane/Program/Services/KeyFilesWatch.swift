import Logging
import Server
import ServiceLifecycle
import Wire

/// Takes keys that `keys rotate` has written, while everything runs.
struct KeyFilesWatch: Service {
  static let interval = Duration.seconds(1)

  let directory: String
  let office: SigningOffice
  let clock: any WallClock
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var seen = KeyFiles.stamp(of: self.directory)
      while !Task.isCancelled {
        try? await self.clock.sleep(until: self.clock.now + Self.interval, tolerance: nil)
        let stamp = KeyFiles.stamp(of: self.directory)
        guard stamp != seen else { continue }
        seen = stamp
        self.read()
      }
    }
  }

  private func read() {
    do {
      let ring = try KeyFiles(reading: directory, now: clock.now).ring
      if office.adopt(ring) {
        logger.notice(
          "keys changed",
          metadata: ["keySet": "\(ring.keySet.version)", "keys": "\(ring.keyIDs.joined(separator: ", "))"])
      }
    } catch {
      logger.error("the key files changed and cannot be used; the keys of before stay", metadata: ["error": "\(error)"])
    }
  }
}
