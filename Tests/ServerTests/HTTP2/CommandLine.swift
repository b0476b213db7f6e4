import Foundation

/// A program of the machine, run with a deadline.
struct CommandLine {
  let path: String

  static let curl = CommandLine(path: "/usr/bin/curl")
  static let nghttp = CommandLine(path: "/usr/bin/nghttp")
  static let h2load = CommandLine(path: "/usr/bin/h2load")

  var isPresent: Bool { FileManager.default.isExecutableFile(atPath: path) }

  struct Outcome: Sendable {
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs until the program ends; after `seconds` it is killed and the status is that of the signal.
  func run(_ arguments: [String], seconds: Double = 20, input: Data? = nil) async throws -> Outcome {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (output, errors) = (directory.appendingPathComponent("output"), directory.appendingPathComponent("errors"))
    for file in [output, errors] { try Data().write(to: file) }
    let inputFile = directory.appendingPathComponent("input")
    try (input ?? Data()).write(to: inputFile)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let status: Int32 = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do {
          try process.run()
          let watched = process.processIdentifier
          let box = ProcessBox(process: process)
          DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
            if box.process.isRunning, box.process.processIdentifier == watched { kill(watched, SIGKILL) }
          }
        } catch {
          process.terminationHandler = nil
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      if process.isRunning { process.terminate() }
    }
    return Outcome(
      status: status, output: try Data(contentsOf: output),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// `Process` may be asked from any thread whether it runs: its state is behind a lock of Foundation's.
private struct ProcessBox: @unchecked Sendable {
  let process: Process
}

/// A response as `curl --include` prints it.
struct CurlResponse {
  let version: String
  let status: Int
  let fields: [String: [String]]
  let body: String

  init?(_ outcome: CommandLine.Outcome) {
    guard let split = outcome.text.range(of: "\r\n\r\n") else { return nil }
    var lines = outcome.text[..<split.lowerBound].components(separatedBy: "\r\n")
    let start = lines.removeFirst().split(separator: " ")
    guard start.count >= 2, let status = Int(start[1]) else { return nil }
    version = String(start[0])
    self.status = status
    var fields: [String: [String]] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased(), default: []].append(
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    self.fields = fields
    body = String(outcome.text[split.upperBound...])
  }
}

extension CommandLine {
  /// One request by curl, with its response.
  static func response(_ arguments: [String], input: Data? = nil, seconds: Double = 20) async throws -> CurlResponse {
    let outcome = try await curl.run(
      ["--silent", "--show-error", "--include"] + arguments, seconds: seconds, input: input)
    guard let response = CurlResponse(outcome) else { throw CurlFailure(status: outcome.status, errors: outcome.errors) }
    return response
  }
}

struct CurlFailure: Error {
  let status: Int32
  let errors: String
}
