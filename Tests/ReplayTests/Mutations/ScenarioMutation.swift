import Simulator
import Wire

/// A change of a scenario that must not change its answer.
struct ScenarioMutation: Sendable {
  let name: String
  let apply: @Sendable (JSONValue) -> JSONValue
}

extension ScenarioMutation {
  /// Namespaces, workloads and what is named after them are called otherwise everywhere.
  static let renamed = ScenarioMutation(name: "renamed") { document in
    let names = Renaming(of: document)
    return document.mapStrings(names.apply)
  }

  /// The same, 37 days and some hours later.
  static let later = ScenarioMutation(name: "later") { document in
    document.mapStrings { text in
      guard text.utf8.count >= 20, text.utf8.first == UInt8(ascii: "2"), let time = Wire.Timestamp(rfc3339: text) else {
        return text
      }
      return "\(time + .seconds(37 * 86_400 + 18_421))"
    }
  }

  /// Containers are called otherwise.
  static let otherContainers = ScenarioMutation(name: "other containers") { document in
    var document = document
    document["objects"] = .array((document["objects"]?.array ?? []).map(ContainerNames.changed))
    let logs = (document["logs"]?.object.map { Array($0) } ?? []).map { place, log in (place + ContainerNames.ending, log) }
    document["logs"] = .object(JSONObject(logs))
    return document.mapLabels { labels in
      for label in ["container", "exported_container"] {
        guard let name = labels[label]?.string, name != "kube-state-metrics" else { continue }
        labels[label] = .string(name + ContainerNames.ending)
      }
    }
  }

  /// Only what names the object is left of the labels.
  static let fewLabels = ScenarioMutation(name: "few labels") { document in
    document.mapLabels { labels in
      for label in ["endpoint", "prometheus", "uid", "instance", "reason", "severity_text", "team", "cluster"] {
        labels[label] = nil
      }
    }
  }

  /// Work goes on in the log before and after what tells.
  static let noisyLogs = ScenarioMutation(name: "noisy logs") { document in
    var document = document
    let logs = (document["logs"]?.object.map { Array($0) } ?? []).map { place, log in (place, noisy(log)) }
    document["logs"] = .object(JSONObject(logs))
    return document
  }

  private static func noisy(_ log: JSONValue) -> JSONValue {
    var log = log
    for run in ["current", "previous"] {
      guard let text = log[run]?.string, !text.isEmpty else { continue }
      let before = (0..<90).map { "10:0\($0 % 10):11.204 INFO served GET /items/\(40_000 + $0) 200 in \($0 % 37) ms" }
      let after = (0..<12).map { "10:1\($0 % 10):00.001 DEBUG flushed \($0 + 3) metrics to the collector" }
      let own = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      log[run] = .string((before + own.filter { !$0.isEmpty } + after).joined(separator: "\n") + "\n")
    }
    return log
  }

  /// Lists come in another order.
  static let reordered = ScenarioMutation(name: "reordered") { document in
    var document = document
    document["objects"] = .array((document["objects"]?.array ?? []).reversed())
    return document
  }

  /// An alert that nobody knows, of another severity. A heartbeat is one by its severity.
  static let unknownAlert = ScenarioMutation(name: "unknown alert") { document in
    document.mapLabels { labels in
      labels["alertname"] = "Abnormality4711"
      guard let severity = labels["severity"]?.string, !["none", "info"].contains(severity) else { return }
      labels["severity"] = severity == "critical" ? "warning" : "critical"
    }
  }

  /// Other workloads, which are well, live beside.
  static let neighbours = ScenarioMutation(name: "neighbours") { document in
    var document = document
    let namespaces = (document["agents"]?.array ?? []).compactMap(\.string).filter { $0 != "*" }
    let added = namespaces.flatMap { namespace in Neighbour.objects(in: namespace) }
    document["objects"] = .array((document["objects"]?.array ?? []) + added)
    return document
  }

  static let all: [ScenarioMutation] = [
    renamed, later, otherContainers, fewLabels, noisyLogs, reordered, unknownAlert, neighbours,
  ]

  /// Several at once.
  static func together(_ mutations: [ScenarioMutation]) -> ScenarioMutation {
    ScenarioMutation(name: mutations.map(\.name).joined(separator: ", ")) { document in
      mutations.reduce(document) { $1.apply($0) }
    }
  }
}
