import Glibc
import Wire

/// One end of a Unix socket that carries lines. It blocks the thread that uses it, never past a deadline: for threads of their own.
struct LineSocket: Sendable {
  /// In bytes: a command with its verdict and approval.
  static let lineLimit = 1 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  static func connect(to path: String) throws(LineSocketError) -> LineSocket {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system("socket", errno) }
    let status = try withAddress(path) { Glibc.connect(descriptor, $0, $1) }
    guard status == 0 else {
      let failure = errno
      Glibc.close(descriptor)
      throw .system(path, failure)
    }
    return LineSocket(descriptor: descriptor)
  }

  /// Listens where nothing is, or where a signer that ended left its socket.
  static func listen(at path: String, mode: mode_t) throws(LineSocketError) -> Int32 {
    if (try? connect(to: path).close()) != nil { throw .inUse(path) }
    var status = stat()
    if lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
      unlink(path)
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system("socket", errno) }
    // Nobody gets in between the two: the mode is narrowed by the mask from the first moment.
    let mask = umask(0o177)
    let bound = try withAddress(path) { bind(descriptor, $0, $1) }
    let failure = errno
    umask(mask)
    guard bound == 0 else {
      Glibc.close(descriptor)
      throw .system(path, failure)
    }
    guard chmod(path, mode) == 0, Glibc.listen(descriptor, 16) == 0 else {
      let failure = errno
      Glibc.close(descriptor)
      throw .system(path, failure)
    }
    return descriptor
  }

  func close() { Glibc.close(descriptor) }

  /// Who is at the other end, as the kernel says.
  var peer: uid_t? {
    // struct ucred: pid, uid, gid.
    var credentials: [Int32] = [0, 0, 0]
    var length = socklen_t(12)
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == 12 else { return nil }
    return uid_t(bitPattern: credentials[1])
  }

  func send(_ line: [UInt8], by deadline: ContinuousClock.Instant) throws(LineSocketError) {
    let bytes = line + [0x0A]
    var sent = 0
    while sent < bytes.count {
      try wait(for: Int16(POLLOUT), until: deadline)
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count > 0 else { throw .system("send", errno) }
      sent += count
    }
  }

  /// - Returns: nil when the other end has closed.
  mutating func receive(by deadline: ContinuousClock.Instant) throws(LineSocketError) -> [UInt8]? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeSubrange(...end) }
        return Array(buffer[..<end])
      }
      guard buffer.count <= Self.lineLimit else { throw .lineTooLong }
      try wait(for: Int16(POLLIN), until: deadline)
      var chunk = [UInt8](repeating: 0, count: 16 * 1024)
      let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count >= 0 else { throw .system("receive", errno) }
      if count == 0 { return nil }
      buffer += chunk[..<count]
    }
  }

  private func wait(for events: Int16, until deadline: ContinuousClock.Instant) throws(LineSocketError) {
    guard try Self.isReady(descriptor, for: events, until: deadline) else { throw .timedOut }
  }

  static func isReady(
    _ descriptor: Int32, for events: Int16, until deadline: ContinuousClock.Instant
  ) throws(LineSocketError) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      var request = pollfd(fd: descriptor, events: events, revents: 0)
      let milliseconds = Int32(clamping: left.wholeMilliseconds + 1)
      let count = poll(&request, 1, milliseconds)
      if count > 0 { return true }
      if count < 0, errno != EINTR { throw .system("poll", errno) }
    }
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(LineSocketError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .pathTooLong(path) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

enum LineSocketError: Error, Sendable, Equatable {
  case system(String, Int32)
  case timedOut
  case lineTooLong
  case pathTooLong(String)
  case inUse(String)
  case notASocket(String)
}

extension LineSocketError: CustomStringConvertible {
  var description: String {
    switch self {
    case .system(let what, let number): "\(what): \(String(cString: strerror(number)))"
    case .timedOut: "no answer in time"
    case .lineTooLong: "a line of more than \(LineSocket.lineLimit) bytes"
    case .pathTooLong(let path): "\(path): the path of a socket may have at most 107 bytes"
    case .inUse(let path): "\(path): another process listens there"
    case .notASocket(let path): "\(path) exists and is no socket"
    }
  }
}
