import Hummingbird
import Pipeline

/// `POST /incidents/{id}/stop`: a person wants an act that is under way, such as a drain, to end. What was done stays done.
struct StopRoute: Sendable {
  let runner: Runner

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.post("/incidents/:id/stop") { _, context in await stop(context) }
  }

  private func stop(_ context: PeopleRequestContext) async -> Response {
    guard let person = context.person, let id = context.parameters.get("id", as: Int64.self) else {
      return .json(.badRequest, Refusal("an incident's id is a number"))
    }
    return await answering {
      _ = try await runner.apply(.stopRequested(by: person.name), to: id)
      return .json(.accepted, Receipt(incident: id, watch: "/incidents/\(id)"))
    }
  }

  private struct Receipt: Encodable {
    let incident: Int64
    let watch: String
  }
}
