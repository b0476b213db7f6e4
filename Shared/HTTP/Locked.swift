#if SANITIZE_THREAD
  import Glibc
#else
  import Synchronization
#endif

/// State that is only ever seen under a lock.
///
/// The one place of this module that locks. The thread sanitizer does not understand the futex inside
/// `Synchronization.Mutex` and reports races that are none: a sanitizer build defines `SANITIZE_THREAD` and gets a
/// `pthread_mutex_t`, which it does understand.
struct Locked<State: Sendable>: ~Copyable {
  #if SANITIZE_THREAD
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let state: UnsafeMutablePointer<State>

    init(_ initial: State) {
      mutex = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
      state = .allocate(capacity: 1)
      state.initialize(to: initial)
    }

    deinit {
      state.deinitialize(count: 1)
      state.deallocate()
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    func withLock<Result: Sendable, Failure: Error>(
      _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&state.pointee)
    }
  #else
    private let mutex: Mutex<State>

    init(_ initial: State) { mutex = Mutex(initial) }

    func withLock<Result: Sendable, Failure: Error>(
      _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try mutex.withLock { state throws(Failure) in try body(&state) }
    }
  #endif
}

#if SANITIZE_THREAD
  // `state` is reached only in `withLock`, while `mutex` is held; both pointers are constant and live as long as the value.
  extension Locked: @unchecked Sendable {}
#else
  extension Locked: Sendable {}
#endif
