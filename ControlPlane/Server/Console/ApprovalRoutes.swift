import FoundationEssentials
import Hummingbird
import Pipeline
import Wire

/// `GET /pending`, `POST /approve/{id}`, `POST /reject/{id}`
struct ApprovalRoutes: Sendable {
  let archive: any IncidentArchive
  let runner: Runner

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.get("/pending") { _, _ in
      await answering {
        let incidents = try await archive.awaitingApproval(in: nil)
        return .json(.ok, ["pending": incidents.compactMap(PendingApproval.init)])
      }
    }
    routes.post("/approve/:id") { _, context in
      await decide(context) { incident, person in
        .approved(by: person.name, orderDigest: incident.approval?.order.digest ?? "")
      }
    }
    routes.post("/reject/:id") { request, context in
      guard let reason = await Self.reason(request) else {
        return Response.json(.badRequest, Refusal("expected {\"reason\": \"…\"} of at most 1000 characters, or no body"))
      }
      return await decide(context) { _, person in .rejected(by: person.name, reason: reason) }
    }
  }

  /// The id is the beginning of the order's digest, so it can only mean the order that was shown.
  private func decide(
    _ context: PeopleRequestContext, _ event: (Incident, Person) -> IncidentEvent
  ) async -> Response {
    guard let person = context.person, let id = context.parameters.get("id"), id.utf8.count == 12 else {
      return .json(.notFound, Refusal("ids of proposals have 12 characters; see /pending"))
    }
    return await answering {
      let waiting = try await archive.awaitingApproval(in: nil)
      guard let incident = waiting.first(where: { $0.approval?.id == id }) else {
        return .json(.notFound, Refusal("no proposal \(id) waits: it was decided, has expired, or has changed"))
      }
      let event = event(incident, person)
      let commit = try await runner.apply(event, to: incident.id)
      let state = commit.incidents.first?.state ?? incident.state
      return .json(.ok, Receipt(status: event.isApproval ? "approved" : "rejected", incident: incident.id, state: state))
    }
  }

  private static func reason(_ request: Request) async -> String? {
    guard let bytes = try? await request.body.bytes(upTo: 8 * 1024) else { return nil }
    if bytes.isEmpty { return "" }
    guard let body = try? JSONDecoder().decode([String: String].self, from: Data(bytes)), let reason = body["reason"],
      reason.count <= 1000
    else { return nil }
    return reason
  }

  private struct Receipt: Encodable {
    let status: String
    let incident: Int64
    let state: Incident.State
  }
}

extension IncidentEvent {
  fileprivate var isApproval: Bool {
    if case .approved = self { true } else { false }
  }
}
