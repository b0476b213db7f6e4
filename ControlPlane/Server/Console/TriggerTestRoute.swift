import FoundationEssentials
import Hummingbird
import Pipeline
import Wire

/// `POST /trigger-test`: an alert of our own through the real pipeline, up to the suggestion; with `"execute": true`, all the way.
struct TriggerTestRoute: Sendable {
  struct Target: Sendable {
    let namespace: String
    let deployment: String
  }

  let runner: Runner
  let inventories: @Sendable () -> [String: NamespaceInventory]
  let target: Target
  let clock: any WallClock

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.post("/trigger-test") { request, _ in await trigger(request) }
  }

  private func trigger(_ request: Request) async -> Response {
    guard let bytes = try? await request.body.bytes(upTo: 8 * 1024),
      let wish = bytes.isEmpty ? Wish() : try? JSONDecoder().decode(Wish.self, from: Data(bytes))
    else {
      return .json(
        .badRequest,
        Refusal("expected {\"alertname\",\"namespace\",\"deployment\",\"pod\": strings, \"execute\": true|false}, all optional"))
    }
    let alert = alert(wish)
    guard let subject = TargetResolution.subject(of: alert, inventories: inventories()) else {
      return .json(.badRequest, Refusal("namespace must not be empty"))
    }
    let mode: Incident.Mode = wish.execute == true ? .normal : .suggest
    return await answering {
      let commit = try await runner.take(
        AlertDelivery(firing: [Opening(alert: alert, subject: subject, mode: mode)], resolved: []))
      guard let incident = commit.incidents.first else { return .json(.conflict, Refusal("no incident was opened")) }
      return .json(.accepted, Receipt(incident: incident.id, mode: mode, watch: "/incidents/\(incident.id)"))
    }
  }

  private func alert(_ wish: Wish) -> Alert {
    let now = clock.now
    var labels = ["alertname": wish.alertname ?? "PodCrashLoopBackOff", "severity": "info"]
    labels["namespace"] = wish.namespace ?? target.namespace
    if let pod = wish.pod { labels["pod"] = pod }
    labels["deployment"] = wish.deployment ?? (wish.pod == nil ? target.deployment : nil)
    return Alert(
      status: .firing, labels: labels, annotations: ["description": "Test alert, made by /trigger-test"], startsAt: now,
      fingerprint: "trigger-test-\(now.milliseconds)-\(UInt32.random(in: 0 ... .max))")
  }

  private struct Wish: Decodable {
    var alertname: String?
    var namespace: String?
    var deployment: String?
    var pod: String?
    var execute: Bool?
  }

  private struct Receipt: Encodable {
    let incident: Int64
    let mode: Incident.Mode
    let watch: String
  }
}
