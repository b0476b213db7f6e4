import Kubernetes
import Wire

/// What restarting a Deployment means: which values it replaces, what they become, the patch that proves itself, and how to see
/// afterwards whether it happened. Pure.
enum DeploymentRestart {
  static let restartedAt = JSONPointer("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
  static let lastCommand = JSONPointer("metadata", "annotations", "ai-sre.dev/last-command")
  static let autoAnnotation = "ai-sre.dev/auto"

  private static let restartedAtName = "kubectl.kubernetes.io/restartedAt"
  private static let lastCommandName = "ai-sre.dev/last-command"

  static func intent(for command: Command, order: Order, on deployment: Deployment, now: Timestamp) -> JournalEntry {
    let before = values(of: deployment)
    // The same stamp again would be accepted and restart nothing.
    var stamp = APITime(secondsSince1970: now.milliseconds / 1000)
    if before[restartedAt.description] == stamp.rfc3339 { stamp = APITime(secondsSince1970: stamp.secondsSince1970 + 1) }
    return JournalEntry(
      command: command.id, incident: command.incident, action: order.action, target: order.target, intendedAt: now,
      notAfter: command.notAfter, before: before,
      after: [restartedAt.description: stamp.rfc3339, lastCommand.description: command.id])
  }

  static func values(of deployment: Deployment) -> [String: String?] {
    [
      restartedAt.description: deployment.spec.template.metadata.annotations?[restartedAtName],
      lastCommand.description: deployment.metadata.annotations[lastCommandName],
    ]
  }

  /// One patch: it applies to exactly the object and the generation that were read, or not at all. A missing parent is
  /// added whole, since JSON Patch adds no parents.
  static func patch(_ entry: JournalEntry, on deployment: Deployment) -> [JSONPatchOperation] {
    let stamp = JSONValue.string(entry.after[restartedAt.description].flatMap { $0 } ?? "")
    let command = JSONValue.string(entry.command)
    var operations: [JSONPatchOperation] = [
      .test(JSONPointer("metadata", "uid"), .string(deployment.metadata.uid)),
      .test(JSONPointer("metadata", "generation"), .integer(deployment.metadata.generation ?? 0)),
    ]
    if deployment.spec.template.metadata.annotations == nil {
      operations.append(
        .add(JSONPointer("spec", "template", "metadata", "annotations"), .object([restartedAtName: stamp])))
    } else {
      operations.append(.add(restartedAt, stamp))
    }
    if deployment.metadata.annotations.isEmpty {
      operations.append(.add(JSONPointer("metadata", "annotations"), .object([lastCommandName: command])))
    } else {
      operations.append(.add(lastCommand, command))
    }
    return operations
  }

  /// Whether an intent was carried out, by what the object shows.
  enum Trace: Sendable, Equatable {
    case done
    case untouched
    /// Somebody else has been at it: nobody can tell.
    case unclear
  }

  static func trace(of entry: JournalEntry, on deployment: Deployment) -> Trace {
    let now = values(of: deployment)
    if now[lastCommand.description] == entry.after[lastCommand.description] { return .done }
    if now[restartedAt.description] == entry.after[restartedAt.description] { return .done }
    return now == entry.before ? .untouched : .unclear
  }

  /// The conditions under which the order was given, and those of the workload's owners.
  static func objection(to order: Order, on deployment: Deployment, approvers: [String]) -> String? {
    guard deployment.metadata.uid == order.target.uid else { return "another object has the name \(order.target.path) now" }
    guard deployment.metadata.deletionTimestamp == nil else { return "\(order.target.path) is being deleted" }
    guard let expected = order.preconditions.templateDigest else { return "the order names no template digest" }
    guard TemplateDigest.of(deployment.spec.template) == expected else {
      return "the pod template is no longer the one that was decided about"
    }
    if deployment.spec.paused { return "the rollout is paused: a restart would have no effect" }
    if deployment.metadata.annotations[autoAnnotation] == "never" && approvers.isEmpty {
      return "\(autoAnnotation) is \"never\" and nobody approved"
    }
    return nil
  }
}
