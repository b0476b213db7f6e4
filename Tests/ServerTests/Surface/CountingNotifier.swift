import Pipeline
import Synchronization

/// Sends nothing, and counts.
final class CountingNotifier: Notifier {
  let sent = Mutex(0)

  func send(_: Notification) async throws(NotifierError) -> String {
    sent.withLock { $0 += 1 }
    return "mailed"
  }
}
