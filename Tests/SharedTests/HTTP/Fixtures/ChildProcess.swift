import Foundation

extension HTTPTests {
  /// A server program that a test needs, with its output in a file. It ends with its last reference, and also when the
  /// tests themselves are killed: a shell waits on a pipe from here, and kills the program when the pipe is closed.
  final class ChildProcess {
    private let process = Process()
    private let lifeline = Pipe()
    private let outputFile: URL
    private let directory: TemporaryFolder

    private static let guardian = #""$@" </dev/null & child=$!; read -r _; kill -9 "$child""#

    init(_ program: String, _ arguments: [String], in directory: TemporaryFolder) throws {
      self.directory = directory
      outputFile = directory.url.appendingPathComponent("output-\(UUID().uuidString)")
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", Self.guardian, "guardian", program] + arguments
      let output = try ChildProcess.open(outputFile)
      process.standardOutput = output
      process.standardError = output
      process.standardInput = lifeline
      try process.run()
    }

    deinit { stop() }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// Whole lines written so far.
    var lines: [String] { Array(output.components(separatedBy: "\n").dropLast()) }

    func stop() { try? lifeline.fileHandleForWriting.close() }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], in directory: TemporaryFolder) async throws {
      let process = Process()
      let outputFile = directory.url.appendingPathComponent("output-\(UUID().uuidString)")
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      let output = try open(outputFile)
      process.standardOutput = output
      process.standardError = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      // `waitUntilExit` would block one of Swift's few threads.
      guard await eventually(within: .seconds(20), { !process.isRunning }), process.terminationStatus == 0 else {
        throw Failure(program: program, output: (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "")
      }
    }

    private static func open(_ file: URL) throws -> FileHandle {
      guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
      return try FileHandle(forWritingTo: file)
    }

    struct Failure: Error {
      let program: String
      let output: String
    }
  }

  /// A folder that goes away with its last reference.
  final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
      url = FileManager.default.temporaryDirectory.appendingPathComponent("http-tests-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
      try text.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  static func isInstalled(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// A port that was free a moment ago, for programs that cannot say which one they took.
  static func freePort() throws -> Int {
    let server = try RawServer { _ in }
    defer { server.stop() }
    return server.port
  }
}
