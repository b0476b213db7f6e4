import Dispatch
import Glibc
public import Pipeline
import Synchronization
public import Wire

/// Has commands signed by a signer behind a Unix socket.
///
/// One request after the other on one connection, on a queue of its own. Each has a deadline; a lost connection is made again, at once the
/// first time, since signing twice is harmless, and then with full jitter.
public final class SocketSigner: CommandSigner {
  static let deadline = Duration.seconds(5)
  static let longestRest = Duration.seconds(5)
  /// Requests that may wait.
  static let waitingLimit = 1000

  private struct Line {
    var socket: LineSocket?
    var failures = 0
    var restUntil = ContinuousClock.now
    var lastFailure = SignerError.unavailable("it was not asked yet")
  }

  public let path: String
  private let queue = DispatchQueue(label: "signer")
  private let line = Mutex(Line())
  private let waiting = Mutex(0)

  public init(path: String) {
    self.path = path
  }

  deinit {
    line.withLock { $0.socket?.close() }
  }

  public func keySet() async throws(SignerError) -> SignedKeySet {
    switch try await exchange(.keySet) {
    case .keySet(let keySet): return keySet
    case .failed(let error): throw error
    case .envelope: throw .unavailable("\(path): an answer to another question")
    }
  }

  public func sign(_ command: Command, under warrant: Warrant?) async throws(SignerError) -> [UInt8] {
    guard let payload = try? command.encoded() else { throw .refused("the command does not encode") }
    switch try await exchange(.sign(payload: String(decoding: payload, as: UTF8.self), warrant: warrant)) {
    case .envelope(let text): return Array(text.utf8)
    case .failed(let error): throw error
    case .keySet: throw .unavailable("\(path): an answer to another question")
    }
  }

  private func exchange(_ request: SignerRequest) async throws(SignerError) -> SignerResponse {
    let message = try SignerMessage.encode(request)
    let isTaken = waiting.withLock { waiting in
      guard waiting < Self.waitingLimit else { return false }
      waiting += 1
      return true
    }
    guard isTaken else { throw .unavailable("\(path): more than \(Self.waitingLimit) requests wait") }
    defer { waiting.withLock { $0 -= 1 } }
    let result: Result<SignerResponse, SignerError> = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.line.withLock { self.ask(message, on: &$0) }) }
    }
    return try result.get()
  }

  private func ask(_ message: [UInt8], on line: inout Line) -> Result<SignerResponse, SignerError> {
    guard ContinuousClock.now >= line.restUntil else { return .failure(line.lastFailure) }
    let deadline = ContinuousClock.now + Self.deadline
    let isReused = line.socket != nil
    do throws(LineSocketError) {
      return .success(try attempt(message, on: &line, by: deadline))
    } catch  where isReused && error != .timedOut {
      // It was closed while nothing was asked, as by a signer that was started again.
      do throws(LineSocketError) {
        return .success(try attempt(message, on: &line, by: deadline))
      } catch {
        return rest(&line, after: error)
      }
    } catch {
      return rest(&line, after: error)
    }
  }

  private func attempt(
    _ message: [UInt8], on line: inout Line, by deadline: ContinuousClock.Instant
  ) throws(LineSocketError) -> SignerResponse {
    do throws(LineSocketError) {
      var socket: LineSocket
      if let known = line.socket { socket = known } else { socket = try LineSocket.connect(to: path) }
      line.socket = socket
      try socket.send(message, by: deadline)
      guard let answer = try socket.receive(by: deadline) else { throw LineSocketError.system(path, ECONNRESET) }
      line.socket = socket
      guard let response = SignerMessage.decode(SignerResponse.self, answer) else { throw LineSocketError.lineTooLong }
      line.failures = 0
      return response
    } catch {
      line.socket?.close()
      line.socket = nil
      throw error
    }
  }

  private func rest(_ line: inout Line, after error: LineSocketError) -> Result<SignerResponse, SignerError> {
    line.failures += 1
    let bound = min(Self.longestRest, .milliseconds(100) * (1 << min(line.failures, 8)))
    line.restUntil = ContinuousClock.now + .milliseconds(Int64.random(in: 20...max(21, bound.wholeMilliseconds)))
    line.lastFailure = .unavailable("\(path): \(error)")
    return .failure(line.lastFailure)
  }
}
