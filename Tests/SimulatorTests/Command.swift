import Foundation

@testable import Simulator

/// Runs programs against a simulated cluster.
struct Command {
  static let kubectl = "/usr/bin/kubectl"
  static var hasKubectl: Bool { FileManager.default.isExecutableFile(atPath: kubectl) }
  static var hasCurl: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/curl") }

  let cluster: SimulatedCluster
  private let directory: URL

  init(_ cluster: SimulatedCluster) throws {
    self.cluster = cluster
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("simulator-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(cluster.caCertificate.utf8).write(to: directory.appendingPathComponent("ca.pem"))
  }

  func removeFiles() { try? FileManager.default.removeItem(at: directory) }

  /// Runs kubectl as the administrator.
  func kubectl(_ arguments: String...) async throws -> (status: Int32, output: String) {
    try await run(
      Self.kubectl,
      [
        "--server", cluster.url, "--certificate-authority", directory.appendingPathComponent("ca.pem").path, "--token",
        cluster.adminToken, "--kubeconfig", "/dev/null", "--cache-dir", directory.appendingPathComponent("cache").path,
        "--request-timeout", "20s",
      ] + arguments)
  }

  /// Runs curl as the administrator; status is curl's exit code.
  func curl(_ arguments: String..., path: String) async throws -> (status: Int32, output: String) {
    try await run(
      "/usr/bin/curl",
      [
        "-s", "--max-time", "20", "--cacert", directory.appendingPathComponent("ca.pem").path, "-H",
        "Authorization: Bearer \(cluster.adminToken)",
      ] + arguments + [cluster.url + path])
  }

  /// The interpreter that has PyPI's `kubernetes`, from the environment.
  static let python = ProcessInfo.processInfo.environment["KUBERNETES_PYTHON"]

  /// Runs a Python program as the administrator: its arguments are the cluster's address, a CA file and a token.
  func python(_ program: String) async throws -> (status: Int32, output: String) {
    let file = try self.file("program.py", program)
    return try await run(
      Self.python ?? "python3", [file, cluster.url, directory.appendingPathComponent("ca.pem").path, cluster.adminToken])
  }

  /// Writes a file that goes with the command; gives back its path.
  func file(_ name: String, _ text: String) throws -> String {
    let file = directory.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Runs kubectl as a kubeconfig's user.
  func kubectl(config: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
    try await run(
      Self.kubectl,
      ["--kubeconfig", config, "--cache-dir", directory.appendingPathComponent("cache").path, "--request-timeout", "20s"]
        + arguments)
  }

  private func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    // Output goes to a file: reading a pipe would block a thread that the cluster needs.
    let file = directory.appendingPathComponent(UUID().uuidString)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let output = try FileHandle(forWritingTo: file)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        continuation.resume(throwing: error)
      }
    }
    try output.close()
    return (status, String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }
}

/// Runs a body with a cluster whose time passes fast, and programs to run against it.
func withCommands(_ body: (SimulatedCluster, Command) async throws -> Void) async throws {
  var configuration = SimulatedShop.configuration()
  configuration.clock = .running(speed: 20)
  configuration.start = nil
  try await withSimulatedCluster(configuration) { cluster in
    let command = try Command(cluster)
    defer { command.removeFiles() }
    try await body(cluster, command)
  }
}
