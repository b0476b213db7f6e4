import Dispatch
public import Glibc
public import Logging
public import ServiceLifecycle
import Synchronization
import Wire

/// The signer's end of its socket: whoever may connect asks, one line after the other, on a thread for each connection.
public final class SignerServer: Service {
  /// A control plane needs one; its successor and a person's look leave room.
  static let connectionLimit = 8
  /// A connection that is silent for so long is closed; its control plane makes a new one when it needs it.
  static let silence = Duration.seconds(3600)
  private static let glance = Duration.milliseconds(200)

  private let office: SigningOffice
  private let path: String
  private let users: Set<uid_t>
  private let logger: Logger
  private let whenListening: @Sendable () -> Void
  private let isStopping = Atomic(false)
  private let connections = Atomic(0)

  /// - Parameter users: who may ask, besides this process' own user. For others than that the socket is open to everybody's connect, and the
  ///   kernel's word on who it is decides.
  public init(
    office: SigningOffice, path: String, users: Set<uid_t> = [], logger: Logger,
    whenListening: @escaping @Sendable () -> Void = {}
  ) {
    self.office = office
    self.path = path
    self.users = users.union([geteuid()])
    self.logger = logger
    self.whenListening = whenListening
  }

  public func run() async throws {
    let isShared = users.count > 1
    let listener = try LineSocket.listen(at: path, mode: isShared ? 0o666 : 0o600)
    whenListening()
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          DispatchQueue.global().async {
            self.accept(on: listener)
            continuation.resume()
          }
        }
      } onCancel: {
        self.isStopping.store(true, ordering: .relaxed)
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    close(listener)
    unlink(path)
  }

  private var stops: Bool { isStopping.load(ordering: .relaxed) }

  private func accept(on listener: Int32) {
    while !stops {
      guard (try? LineSocket.isReady(listener, for: Int16(POLLIN), until: .now + Self.glance)) == true else { continue }
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { continue }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let socket = LineSocket(descriptor: descriptor)
      guard let peer = socket.peer, users.contains(peer) else {
        logger.warning("refused a connection", metadata: ["uid": "\(socket.peer.map { "\($0)" } ?? "unknown")"])
        socket.close()
        continue
      }
      guard connections.add(1, ordering: .relaxed).newValue <= Self.connectionLimit else {
        logger.warning("refused a connection: \(Self.connectionLimit) are open")
        connections.subtract(1, ordering: .relaxed)
        socket.close()
        continue
      }
      DispatchQueue.global().async {
        self.serve(socket)
        self.connections.subtract(1, ordering: .relaxed)
      }
    }
  }

  private func serve(_ connection: LineSocket) {
    var connection = connection
    defer { connection.close() }
    var heard = ContinuousClock.now
    while !stops, ContinuousClock.now < heard + Self.silence {
      do throws(LineSocketError) {
        guard let line = try connection.receive(by: .now + Self.glance) else { return }
        heard = .now
        try connection.send(answer(line), by: .now + .seconds(5))
      } catch .timedOut {
        continue
      } catch {
        logger.warning("a connection broke", metadata: ["error": "\(error)"])
        return
      }
    }
  }

  private func answer(_ line: [UInt8]) -> [UInt8] {
    let response: SignerResponse
    do throws(SignerError) {
      response = try respond(line)
    } catch {
      logger.warning("nothing was signed", metadata: ["reason": "\(error)"])
      response = .failed(error)
    }
    return (try? SignerMessage.encode(response)) ?? []
  }

  private func respond(_ line: [UInt8]) throws(SignerError) -> SignerResponse {
    guard let request = SignerMessage.decode(SignerRequest.self, line) else {
      throw .refused("the request is not one of this version")
    }
    switch request {
    case .keySet: return .keySet(office.ring.keySet)
    case .sign(let payload, let warrant):
      let command: Command
      do {
        command = try Command(parsing: Array(payload.utf8))
      } catch {
        throw .refused("the command is malformed: \(error)")
      }
      let envelope = try office.signature(on: command, under: warrant)
      logger.info(
        "signed", metadata: ["command": "\(command.id)", "kind": "\(command.kind.rawValue)", "epoch": "\(command.epoch)"])
      return .envelope(String(decoding: envelope, as: UTF8.self))
    }
  }
}
