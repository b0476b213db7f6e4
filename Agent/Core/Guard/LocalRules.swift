import Kubernetes
import Wire

/// What the team's own settings say about acting now.
enum LocalVerdict: Sendable, Equatable {
  case allowed
  case refused(RefusalReason, String)
}

/// The team's stop switch and change freeze. The ConfigMap `ai-sre-guard` belongs to the team: `stop: "true"` stops every
/// act, `freeze-until` (RFC 3339) until then. A Namespace may carry the annotation `ai-sre.dev/freeze-until` as well. No
/// ConfigMap is no objection; what cannot be read or understood is one. Pure; ``LocalRulesReader`` reads.
struct LocalRules: Sendable {
  static let configMapName = "ai-sre-guard"
  static let freezeAnnotation = "ai-sre.dev/freeze-until"
  static let freezeKey = "freeze-until"
  static let stopKey = "stop"

  static func judge(guardData: [String: String], namespaceAnnotations: [String: String], now: Timestamp) -> LocalVerdict {
    switch guardData[stopKey]?.lowercased() {
    case nil, "", "false": break
    case "true": return .refused(.killSwitch, "\(configMapName) says stop")
    default: return .refused(.guardUnreadable, "\(configMapName): stop must be \"true\" or \"false\"")
    }
    let freezes = [(configMapName, guardData[freezeKey]), ("the Namespace", namespaceAnnotations[freezeAnnotation])]
    for case (let place, let text?) in freezes where !text.isEmpty {
      guard let end = Timestamp(rfc3339: text) else {
        return .refused(.guardUnreadable, "\(place): the freeze's end must be an RFC 3339 time")
      }
      if now < end { return .refused(.frozen, "\(place) declares a freeze until \(text)") }
    }
    return .allowed
  }
}

/// Reads the rules by fresh GETs, never from the watches.
struct LocalRulesReader: Sendable {
  let client: KubernetesClient
  let namespace: String

  func verdict(now: Timestamp) async -> LocalVerdict {
    var data: [String: String] = [:]
    do {
      data = try await client.get(ConfigMap.self, named: LocalRules.configMapName, namespace: namespace).data
    } catch .notFound {
      // The team has set nothing.
    } catch {
      return .refused(.guardUnreadable, "\(LocalRules.configMapName): \(error)")
    }
    do {
      let annotations = try await client.metadata(of: Namespace.type, named: namespace, namespace: nil).metadata.annotations
      return LocalRules.judge(guardData: data, namespaceAnnotations: annotations, now: now)
    } catch {
      return .refused(.guardUnreadable, "the Namespace: \(error)")
    }
  }
}
