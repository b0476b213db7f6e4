import Glibc
import Support

/// Takes connections and never says a word.
final class SilentServer: Sendable {
  let port: Int
  private let socket: Int32

  init() throws {
    port = try FreePorts.next()
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard bound == 0, listen(socket, 8) == 0 else { throw Overdue("a server on port \(port)", after: .zero) }
  }

  deinit { close(socket) }

  /// Whether somebody has connected.
  var hasVisitor: Bool {
    var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) == 1
  }
}
