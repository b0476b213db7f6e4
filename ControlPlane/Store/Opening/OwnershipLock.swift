import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The claim of one control plane on one database: an advisory lock on a file beside it. The kernel gives it back however the
/// process ends; the file itself stays.
final class OwnershipLock: Sendable {
  /// -1 once released.
  private let descriptor: Mutex<Int32>

  init(for path: String) throws(StoreOpeningError) {
    let file = path + ".lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable(path: file, reason: SystemError.text(errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure = errno
      close(descriptor)
      if failure == EWOULDBLOCK { throw .inUse(path) }
      throw .unavailable(path: file, reason: SystemError.text(failure))
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit {
    release()
  }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }
}

enum SystemError {
  /// The system's text of an error number, such as `Permission denied`.
  static func text(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}
