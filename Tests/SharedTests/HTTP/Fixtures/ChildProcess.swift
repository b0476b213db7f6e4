import Foundation
import Glibc

extension HTTPTests {
  /// A program that a test needs, with its output in a file.
  final class ChildProcess {
    private let process = Process()
    private let outputFile: URL
    private let directory: TemporaryFolder

    init(_ program: String, _ arguments: [String], in directory: TemporaryFolder) throws {
      self.directory = directory
      outputFile = directory.url.appendingPathComponent("output-\(UUID().uuidString)")
      guard FileManager.default.createFile(atPath: outputFile.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
      let output = try FileHandle(forWritingTo: outputFile)
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.standardOutput = output
      process.standardError = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    var isRunning: Bool { process.isRunning }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// Whole lines written so far.
    var lines: [String] { Array(output.components(separatedBy: "\n").dropLast()) }

    /// Kills the program. Nothing waits for it: `waitUntilExit` would block one of Swift's few threads.
    func stop() {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], in directory: TemporaryFolder) async throws {
      let child = try ChildProcess(program, arguments, in: directory)
      defer { child.stop() }
      guard await eventually(within: .seconds(20), { !child.isRunning }), child.process.terminationStatus == 0 else {
        throw Failure(program: program, output: child.output)
      }
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
