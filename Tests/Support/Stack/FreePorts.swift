import Glibc
import Synchronization

/// Ports of the loopback interface for programs that must know theirs beforehand.
///
/// They lie below the range from which the kernel takes the ports of outgoing connections, so that none is taken between the choice
/// and its use, or while its program restarts; and none is given out twice by one process.
public enum FreePorts {
  private static let range = 20_000..<32_000
  private static let given = Mutex<Set<Int>>([])

  public static func next() throws -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: range)
      let isNew = given.withLock { $0.insert(port).inserted }
      if isNew, isFree(port) { return port }
    }
    throw Overdue("a free port on 127.0.0.1", after: .zero)
  }

  /// Whether a program can listen on this port of 127.0.0.1 now.
  public static func isFree(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = Loopback.address(port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
