import Dispatch
import Foundation
public import Glibc
import Synchronization

/// A program that runs beside this one, with its output in a file. It dies with this process, however that ends.
public final class ChildProcess: Sendable {
  /// What to start.
  public struct Command: Sendable {
    /// For messages and the name of the log file.
    public var name: String
    public var program: String
    public var arguments: [String]
    /// The whole environment; nothing is inherited.
    public var environment: [String: String]
    public var directory: String

    public init(
      name: String, program: String, arguments: [String] = [], environment: [String: String] = [:], directory: String
    ) {
      self.name = name
      self.program = program
      self.arguments = arguments
      self.environment = environment
      self.directory = directory
    }
  }

  /// How a process ended.
  public enum Ending: Sendable, Equatable {
    case exited(status: Int32)
    case killed(signal: Int32)
  }

  public let command: Command
  public let pid: pid_t
  /// Standard output and standard error together; a restarted program appends.
  public let logFile: String
  private let endingState: EndingState

  /// - Throws: `ChildProcessError.notStarted` with the system's reason.
  public init(_ command: Command) throws {
    self.command = command
    logFile = command.directory + "/" + command.name + ".log"
    endingState = EndingState()
    pid = try Self.startOnOwnThread(command, logFile: logFile, endingState)
  }

  /// nil while it runs.
  public var ending: Ending? { endingState.ending }

  /// Sends a signal, unless the process has ended.
  public func signal(_ number: Int32) {
    endingState.whileRunning { _ = kill(pid, number) }
  }

  /// Ends it with SIGTERM, and with SIGKILL when it has not ended in time.
  public func stop(within grace: Duration = .seconds(10)) async {
    signal(SIGTERM)
    signal(SIGCONT)
    if await hasEnded(within: grace) { return }
    await killAndWait()
  }

  public func killAndWait() async {
    signal(SIGKILL)
    _ = await hasEnded(within: .seconds(10))
  }

  private func hasEnded(within limit: Duration) async -> Bool {
    // Tear-down must wait for the end even when the task around it was cancelled.
    await Task { (try? await waitUntil("\(command.name) ends", within: limit) { ending != nil }) != nil }.value
  }

  /// The end of what it has written.
  public func logTail(lines: Int = 40) -> String {
    guard let text = try? String(contentsOfFile: logFile, encoding: .utf8) else { return "(no output)" }
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}

/// Why a program could not be started, or ended when it was needed.
public enum ChildProcessError: Error, CustomStringConvertible {
  case notStarted(name: String, reason: String)
  case notReady(name: String, String, log: String)
  case ended(name: String, ChildProcess.Ending, log: String)

  public var description: String {
    switch self {
    case .notStarted(let name, let reason): "\(name) could not be started: \(reason)"
    case .notReady(let name, let reason, let log): "\(name): \(reason)\n\(log)"
    case .ended(let name, .exited(let status), let log): "\(name) exited with status \(status):\n\(log)"
    case .ended(let name, .killed(let signal), let log): "\(name) was killed by signal \(signal):\n\(log)"
    }
  }
}

/// The thread that waits for a child writes it, everybody else reads it. A process id is signalled only under the lock, before it is
/// reaped and can mean another process.
private final class EndingState: Sendable {
  private let state = Mutex<ChildProcess.Ending?>(nil)

  var ending: ChildProcess.Ending? { state.withLock { $0 } }

  func whileRunning(_ body: () -> Void) {
    state.withLock { if $0 == nil { body() } }
  }

  func reap(_ pid: pid_t) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    state.withLock { ending in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      ending = signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
    }
  }
}

/// Hands the outcome of a start from the child's thread to the one that asked for it.
private final class Start: Sendable {
  private let isFinished = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<pid_t, ChildProcessError>>(.failure(.notStarted(name: "", reason: "not yet")))

  func finish(_ outcome: Result<pid_t, ChildProcessError>) {
    result.withLock { $0 = outcome }
    isFinished.signal()
  }

  func wait() -> Result<pid_t, ChildProcessError> {
    isFinished.wait()
    return result.withLock { $0 }
  }
}

extension ChildProcess {
  /// The kernel delivers the parent-death signal when the *thread* that made the child ends, so the thread that starts a child
  /// stays until the child has ended.
  private static func startOnOwnThread(_ command: Command, logFile: String, _ ending: EndingState) throws -> pid_t {
    let start = Start()
    Thread.detachNewThread {
      let result = Result { () throws(ChildProcessError) in try spawn(command, logFile: logFile) }
      start.finish(result)
      if case .success(let pid) = result { ending.reap(pid) }
    }
    return try start.wait().get()
  }

  private static func spawn(_ command: Command, logFile: String) throws(ChildProcessError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, logFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in openDescriptors() where descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that Ctrl-C at a terminal reaches only the parent, which stops its children in order.
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let words =
      ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", "/usr/bin/env", "--chdir=\(command.directory)", command.program]
      + command.arguments
    let variables = command.environment.map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = withCStrings(words) { arguments in
      withCStrings(variables) { environment in
        posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else { throw .notStarted(name: command.name, reason: String(cString: strerror(code))) }
    return pid
  }

  /// A child that held a listening socket of this process would keep its port from being used again.
  private static func openDescriptors() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
  }
}
