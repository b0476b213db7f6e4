import Foundation
import HTTP
import Kubernetes
import Wire

@testable import AgentCore

/// An API server on paper, for what acts do to it: objects as JSON, JSON Patch with its tests, eviction, deletion, dry run, and
/// the journal beside them. It holds no connection, so that every step of every action can be cut off at no cost.
struct PaperCluster: Sendable {
  /// By `plural/name`.
  var objects: [String: JSONValue]
  var journal = JournalState()
  var rules = LocalVerdict.allowed
  /// Writes that changed something.
  private(set) var effects = 0
  private(set) var rehearsals = 0
  /// Answers to the next writes that are not rehearsals, instead of carrying them out.
  var faults: [KubernetesError] = []
  /// So many writes are carried out and their answers lost.
  var lostAnswers = 0
  /// Answers to the next rehearsals.
  var rehearsalFaults: [KubernetesError] = []
  /// How many pods a drain evicts before it is cut off; nil is all.
  var drainsOnly: Int?

  init(_ objects: [String: JSONValue]) { self.objects = objects }

  static func refusal(_ code: Int, _ message: String = "no", retryAfter: Duration? = nil) -> KubernetesError {
    KubernetesError(APIStatus(code: code, message: message, retryAfter: retryAfter))
  }

  mutating func perform(_ step: ActStep, _ command: Command, _ order: Order) -> ActAnswer {
    switch step {
    case .readJournal: return .journal(journal.entry(command.id), epoch: journal.epoch)
    case .readSubject: return .subject(subject(order))
    case .readLocalRules: return .localRules(rules)
    case .rehearse(let request):
      rehearsals += 1
      if !rehearsalFaults.isEmpty { return .writeFailed(rehearsalFaults.removeFirst()) }
      var rehearsal = self
      return rehearsal.write(request).map { _ in .rehearsed } ?? .writeFailed(Self.refusal(422))
    case .preserve(let image):
      objects["configmaps/\(image.name)"] = ["data": [PreImage.key: .string(image.manifest)]]
      return .preserved
    case .writeIntent(let entry, let epoch):
      guard journal.begin(entry) else { return .journalFailed(.full) }
      journal.raiseEpoch(to: epoch)
      return .intentWritten
    case .act(.write(let request)):
      if !faults.isEmpty { return .writeFailed(faults.removeFirst()) }
      guard let object = write(request) else { return .writeFailed(Self.refusal(422)) }
      if lostAnswers > 0 {
        lostAnswers -= 1
        return .writeFailed(.transport(.transfer(code: 52, message: "cut")))
      }
      return .acted(generation: object["metadata"]?["generation"]?.integerValue)
    case .act(.exec):
      effects += 1
      return .executed(ExecOutput(exitCode: 0, text: "reloaded"))
    case .drain(let entry): return .drained(drain(entry))
    case .wait: return .waited
    case .writeResult(let result):
      journal.finish(command.id, with: result)
      return .resultWritten
    case .finish: return .resultWritten
    }
  }

  /// Runs a command to its end.
  mutating func run(_ command: Command, _ order: Order, now: Timestamp) -> CommandResult? {
    var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
    var step = machine.start()
    while true {
      if case .finish(let result) = step { return result }
      step = machine.next(perform(step, command, order), now: now)
    }
  }

  func subject(_ order: Order) -> ActSubject {
    let meaning = ActCatalogue.meaning(of: order.action)
    var subject = ActSubject()
    subject.object = objects["\(meaning.kind.plural)/\(order.target.name)"].map(Self.decode)
    subject.autoscalers = all("horizontalpodautoscalers")
    subject.scaledObjects = all("scaledobjects")
    subject.replicaSets = all("replicasets")
    subject.nodePods = all("pods")
    if case .object(let data)? = objects["configmaps/ai-sre-exec"]?["data"] {
      subject.allowList = data.compactMapValues(\.stringValue)
    }
    return subject
  }

  private func all<Object: Decodable>(_ plural: String) -> [Object] {
    objects.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix(plural + "/") }.map { Self.decode($0.value) }
  }

  private static func decode<Object: Decodable>(_ value: JSONValue) -> Object {
    do {
      return try JSONDecoder().decode(Object.self, from: Data(value.canonicalJSON))
    } catch {
      fatalError("the fixture does not decode: \(error)")
    }
  }
}

extension PaperCluster {
  private mutating func drain(_ entry: JournalEntry) -> DrainEnd {
    var account = DrainAccount(entry.plan ?? [])
    for (index, pod) in (entry.plan ?? []).enumerated() {
      if let drainsOnly, index >= drainsOnly {
        account.note(pod, .ended(.interrupted, ""))
      } else {
        if objects.removeValue(forKey: "pods/\(pod.name)") != nil { effects += 1 }
        account.note(pod, .gone)
      }
    }
    return account.end
  }

  /// - Returns: nil for a refusal.
  private mutating func write(_ request: WriteRequest) -> JSONValue? {
    switch request {
    case .patch(let place, let subresource, let operations):
      let key = "\(place.type.plural)/\(place.name)"
      guard let before = objects[key] else { return nil }
      let shown = subresource == "scale" ? Self.scale(of: before) : before
      guard let patched = shown.patched(by: operations) else { return nil }
      var after = patched
      if subresource == "scale" {
        after = before.setting(patched["spec"]?["replicas"] ?? 0, at: ["spec", "replicas"])
      }
      guard after != before else { return shown }
      effects += 1
      after = Self.touched(after, since: before, isDeployment: place.type == Deployment.type)
      objects[key] = after
      return subresource == "scale" ? Self.scale(of: after) : after
    case .evict(let pod, _, let uid):
      guard objects["pods/\(pod)"]?["metadata"]?["uid"]?.stringValue == uid else { return nil }
      objects["pods/\(pod)"] = nil
      effects += 1
      return ["kind": "Status"]
    case .delete(let place, let uid, let version):
      let key = "\(place.type.plural)/\(place.name)"
      guard let metadata = objects[key]?["metadata"], metadata["uid"]?.stringValue == uid,
        metadata["resourceVersion"]?.stringValue == version
      else { return nil }
      objects[key] = nil
      effects += 1
      return ["kind": "Status"]
    }
  }

  private static func scale(of object: JSONValue) -> JSONValue {
    let replicas = object["spec"]?["replicas"] ?? 0
    return ["metadata": object["metadata"] ?? .null, "spec": replicas == 0 ? [:] : ["replicas": replicas]]
  }

  /// The server's own counting: a new resourceVersion, and a new generation where the kind has one.
  private static func touched(_ after: JSONValue, since before: JSONValue, isDeployment: Bool) -> JSONValue {
    let version = before["metadata"]?["resourceVersion"]?.stringValue.flatMap { Int($0) } ?? 0
    let after = after.setting(.string("\(version + 1)"), at: ["metadata", "resourceVersion"])
    guard let generation = before["metadata"]?["generation"]?.integerValue else { return after }
    let notes = after["metadata"]?["annotations"] != before["metadata"]?["annotations"]
    guard after["spec"] != before["spec"] || isDeployment && notes else { return after }
    return after.setting(.integer(generation + 1), at: ["metadata", "generation"])
  }
}

extension JSONValue {
  func setting(_ value: JSONValue?, at path: [String]) -> JSONValue {
    guard let name = path.first, case .object(var members) = self else { return value ?? .null }
    members[name] = path.count == 1 ? value : (members[name] ?? .object([:])).setting(value, at: Array(path.dropFirst()))
    return .object(members)
  }

  /// Nil when a test fails or a parent is missing.
  func patched(by operations: [JSONPatchOperation]) -> JSONValue? {
    var value = self
    for operation in operations {
      switch operation {
      case .test(let place, let expected): guard (value[place] ?? .null) == expected else { return nil }
      case .add(let place, let new), .replace(let place, let new):
        let parent = place.tokens.dropLast().reduce(value as JSONValue?) { $0?[$1] }
        guard parent?.objectValue != nil else { return nil }
        value = value.setting(new, at: place.tokens)
      case .remove(let place):
        guard value[place] != nil else { return nil }
        value = value.setting(nil, at: place.tokens)
      }
    }
    return value
  }
}
