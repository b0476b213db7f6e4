import Logging
import Pipeline

/// Writes each line of every incident's story to the log.
struct TimelineLog: CommitAudience {
  let logger: Logger

  func receive(_ commit: Commit) {
    for stored in commit.timeline {
      logger.info(
        "\(stored.entry.summary)", metadata: ["incident": "\(stored.incident)", "stage": "\(stored.entry.stage.rawValue)"])
    }
  }
}
