import Glibc

/// A POSIX thread with a small stack, for work that blocks and must not hold up Swift's own threads.
///
/// All signals are blocked on it, so that they reach the program's own handlers, and so that a write to a closed
/// connection gives an error instead of `SIGPIPE`.
final class OwnedThread: Sendable {
  private let thread: Locked<pthread_t?>

  /// libcurl with OpenSSL needs far less; the kernel gives memory only to what is touched.
  private static let stackSize = 512 * 1024

  /// Starts `body`; nil when the system has no thread to give.
  init?(_ body: @escaping @Sendable () -> Void) {
    guard let thread = Self.start(body) else { return nil }
    self.thread = Locked(thread)
  }

  deinit {
    if let thread = thread.withLock({ $0 }) { pthread_detach(thread) }
  }

  /// Waits until `body` has returned. Blocks: only for the moment in which the thread is about to end.
  func join() {
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let thread { pthread_join(thread, nil) }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)

    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)  // inherited by the new thread
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body: body))
    let result = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    guard result == 0 else {
      start.release()
      return nil
    }
    return thread
  }

  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
