import Pipeline
import Wire

/// Answers without evidence, to compare with: what each alert would get from a rule of thumb.
public enum Control: String, Sendable, CaseIterable {
  case alwaysRestart = "always-restart"
  case alwaysEscalate = "always-escalate"
  /// The original document's table: a crash loop and an OOM kill are restarted, high CPU is given one replica more, an image that cannot be
  /// pulled and a node that is not ready are left to a person.
  case documentTable = "document-table"

  /// - Throws: `ReplayError.delivery` for a body that is no webhook.
  public func run(_ situation: Situation) throws -> RunResult {
    var answers: [Answer] = []
    var seen: Set<String> = []
    for (index, delivery) in situation.deliveries.enumerated() {
      for alert in try Self.webhook(delivery, index).alerts where alert.status == .firing {
        guard let workload = ClaimedWorkload(alert), seen.insert(workload.path).inserted else { continue }
        answers.append(answer(alert, workload))
      }
    }
    return RunResult(answers: answers)
  }

  private static func webhook(_ delivery: Situation.Delivery, _ index: Int) throws -> AlertmanagerWebhook {
    do {
      return try AlertmanagerWebhook(parsing: delivery.body)
    } catch {
      throw ReplayError.delivery(index, reason: "\(error)")
    }
  }

  private func answer(_ alert: Alert, _ workload: ClaimedWorkload) -> Answer {
    switch self {
    case .alwaysRestart: act(.restartDeployment, workload)
    case .alwaysEscalate: escalate
    case .documentTable: Self.row(of: alert).map { act($0, workload) } ?? escalate
    }
  }

  private static func row(of alert: Alert) -> Action? {
    let text = (alert.name + " " + (alert.labels["reason"] ?? "")).lowercased()
    if text.contains("crashloop") || text.contains("oomkill") { return .restartDeployment }
    if text.contains("cpu") { return .scaleDeployment }
    return nil
  }

  private func act(_ action: Action, _ workload: ClaimedWorkload) -> Answer {
    Answer(
      outcome: .act,
      proposal: .init(
        action: action.rawValue, target: workload.path, gate: action.risk == .high ? .approval : .auto),
      confidence: 1, decidedBy: rawValue, reasoning: "")
  }

  private var escalate: Answer { Answer(outcome: .escalate, confidence: 1, decidedBy: rawValue, reasoning: "") }
}

/// The Deployment that an alert's labels claim it is about; nobody has confirmed it.
private struct ClaimedWorkload {
  let path: String

  /// Nil when the labels name no namespace.
  init?(_ alert: Alert) {
    guard let namespace = alert.labels["namespace"], !namespace.isEmpty else { return nil }
    let pod = alert.labels["pod"].map { $0.split(separator: "-").dropLast(2).joined(separator: "-") }
    let name = alert.labels["deployment"] ?? pod ?? alert.labels["service"] ?? ""
    path = "\(namespace)/Deployment/\(name)"
  }
}
