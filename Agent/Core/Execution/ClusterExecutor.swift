import FoundationEssentials
import HTTP
import Kubernetes
import Redaction

/// Runs commands in containers through the API server. Output leaves the agent redacted.
struct ClusterExecutor: PodExecutor {
  let client: KubernetesClient
  let redactor: Redactor

  /// Bytes: a result with all its escapes stays far below what the link takes.
  static let outputLimit = 64 * 1024

  func run(_ request: ExecRequest) async throws(ExecFailure) -> ExecOutput {
    do {
      let result = try await client.exec(
        pod: request.pod, namespace: request.namespace, container: request.container, argv: request.argv,
        limit: Self.outputLimit, deadline: request.timeout)
      let cut = result.isCut ? "\n… cut at \(Self.outputLimit) bytes" : ""
      let text = redactor.redact(String(decoding: result.output, as: UTF8.self)) + cut
      return ExecOutput(exitCode: result.exitCode, text: result.message.map { "\(text)\n\($0)" } ?? text)
    } catch {
      throw Self.failure(error)
    }
  }

  /// An answer that is no upgrade means that nothing was started.
  private static func failure(_ error: WebSocketError) -> ExecFailure {
    switch error {
    case .notConnected(let error): return .notStarted("\(error)")
    case .refused(let status, let body):
      let message = (try? JSONDecoder().decode(Refusal.self, from: Data(body)))?.message ?? ""
      return .notStarted("the API server answered \(status): \(message.prefix(500))")
    case .broken(let reason): return .interrupted(reason)
    }
  }

  private struct Refusal: Decodable {
    let message: String?
  }
}
