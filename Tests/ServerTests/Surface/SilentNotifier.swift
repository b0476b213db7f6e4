import Pipeline

struct SilentNotifier: Notifier {
  func send(_: Notification) async throws(NotifierError) -> String { "kept quiet" }
}
