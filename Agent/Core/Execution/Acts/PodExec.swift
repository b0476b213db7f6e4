import FoundationEssentials
import Kubernetes
import Wire

/// Running a command of the namespace's own allow-list in a container. The order names an entry, never a command. It cannot be
/// rehearsed, and nothing shows afterwards whether it ran: an interrupted one is unknown.
struct PodExec: ActMeaning {
  let kind = Pod.type
  let surroundings: Set<ActSubject.Surrounding> = [.allowList]

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if approvers.isEmpty { return "nobody approved a command" }
    guard let name = order.parameters.command else { return "the order names no entry of \(AllowList.configMapName)" }
    let entry: AllowList.Entry
    switch AllowList(subject.allowList ?? [:]).entry(name) {
    case .success(let found): entry = found
    case .failure(let reason): return reason.text
    }
    guard entry.selector.allSatisfy({ object.metadata.labels[$0.key] == $0.value }) else {
      return "the entry \(name) of \(AllowList.configMapName) is not for this pod"
    }
    guard object[JSONPointer("status", "phase")] == "Running" else { return "the pod is not running" }
    return nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    ActChange(detail: order.parameters.command.map { "the entry \($0)" })
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    let name = entry.parameters?.command ?? ""
    guard let found = try? AllowList(subject.allowList ?? [:]).entry(name).get() else { return nil }
    return .exec(
      ExecRequest(
        namespace: object.metadata.namespace ?? "", pod: object.metadata.name, container: found.container,
        argv: found.argv, timeout: .seconds(found.timeoutSeconds)))
  }

  func trace(of entry: JournalEntry, in subject: ActSubject) -> ActTrace { .unclear("whether the command ran is not known") }
}

/// A command in a container.
struct ExecRequest: Sendable, Hashable {
  let namespace: String
  let pod: String
  let container: String
  let argv: [String]
  let timeout: Duration
}

/// The commands that a team allows in its pods: the ConfigMap `ai-sre-exec`, one entry a key, its value
/// `{"argv": ["kill", "-HUP", "1"], "container": "app", "selector": {"app": "web"}, "timeoutSeconds": 10}`.
struct AllowList: Sendable {
  static let configMapName = "ai-sre-exec"
  static let argumentLimit = 64

  struct Entry: Sendable, Hashable, Codable {
    let argv: [String]
    let container: String
    /// Labels that the pod must have; at least one.
    let selector: [String: String]
    let timeoutSeconds: Int
  }

  struct Reason: Error, Equatable {
    let text: String
  }

  private let data: [String: String]

  init(_ data: [String: String]) { self.data = data }

  /// The names of the entries that can be read.
  var names: [String] { data.keys.filter { (try? entry($0).get()) != nil }.sorted() }

  func entry(_ name: String) -> Result<Entry, Reason> {
    guard let text = data[name] else { return .failure(Reason(text: "\(Self.configMapName) has no entry \(name)")) }
    guard text.utf8.count <= 8 * 1024, let entry = try? JSONDecoder().decode(Entry.self, from: Data(text.utf8)) else {
      return .failure(Reason(text: "the entry \(name) of \(Self.configMapName) cannot be read"))
    }
    guard !entry.argv.isEmpty, entry.argv.count <= Self.argumentLimit, !entry.argv[0].isEmpty, !entry.container.isEmpty,
      !entry.selector.isEmpty, (1...60).contains(entry.timeoutSeconds)
    else {
      return .failure(
        Reason(
          text: "the entry \(name) of \(Self.configMapName) needs argv, container, selector and timeoutSeconds from 1 to 60"))
    }
    return .success(entry)
  }
}
