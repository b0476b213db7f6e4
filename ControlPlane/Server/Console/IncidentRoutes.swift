import Hummingbird
import Pipeline

/// `GET /incidents`, `GET /incidents/{id}`, `GET /audit`
struct IncidentRoutes: Sendable {
  let archive: any IncidentArchive

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.get("/incidents") { request, _ in await list(request) }
    routes.get("/incidents/:id") { _, context in await one(context) }
    routes.get("/audit") { _, _ in await audit() }
  }

  private func list(_ request: Request) async -> Response {
    let query = request.uri.queryParameters
    var state: Incident.State?
    if let text = query["state"] {
      guard let known = Incident.State(rawValue: String(text)) else {
        let states = Incident.State.allCases.map(\.rawValue).joined(separator: ", ")
        return .json(.badRequest, Refusal("state must be one of \(states)"))
      }
      state = known
    }
    guard let count = Self.number(query["limit"], default: 50), (1...Int64(IncidentQuery.maximumLimit)).contains(count),
      let before = Self.number(query["before"], default: .max), before > 0
    else { return .json(.badRequest, Refusal("limit must be from 1 to \(IncidentQuery.maximumLimit), before a positive id")) }
    let selection = IncidentQuery(
      states: state.map { [$0] }, namespaces: query["namespace"].map { [String($0)] }, before: before == .max ? nil : before,
      limit: Int(count))
    return await answering {
      let page = try await archive.page(selection)
      return .json(.ok, Page(incidents: page.incidents.map { IncidentRow($0) }, next: page.next))
    }
  }

  private func one(_ context: PeopleRequestContext) async -> Response {
    guard let id = context.parameters.get("id", as: Int64.self) else {
      return .json(.badRequest, Refusal("an incident's id is a number"))
    }
    return await answering {
      guard let incident = try await archive.incident(id) else { throw StoreError.notFound(incident: id) }
      return .json(.ok, IncidentDetail(incident, timeline: try await archive.timeline(of: id, after: 0, limit: 1000)))
    }
  }

  private func audit() async -> Response {
    await answering {
      switch try await archive.verifyChain() {
      case .intact(let entries, let head):
        return .json(.ok, Audit(entries: entries, head: head, intact: true, brokenAt: nil, breaks: nil))
      case .broken(let breaks):
        return .json(
          .ok,
          Audit(
            entries: nil, head: nil, intact: false, brokenAt: breaks.first?.sequence, breaks: breaks.map(\.description)))
      }
    }
  }

  private static func number(_ text: Substring?, default value: Int64) -> Int64? {
    guard let text else { return value }
    return Int64(text)
  }

  private struct Page: Encodable {
    let incidents: [IncidentRow]
    /// Give it as `before` for the next page.
    let next: Int64?
  }

  private struct Audit: Encodable {
    let entries: Int64?
    let head: String?
    let intact: Bool
    let brokenAt: Int64?
    /// Each break in a sentence.
    let breaks: [String]?

    enum CodingKeys: String, CodingKey {
      case entries, head, intact, breaks
      case brokenAt = "broken_at"
    }
  }
}

/// Turns the store's errors into answers.
func answering(_ body: () async throws -> Response) async -> Response {
  do {
    return try await body()
  } catch let error as StoreError {
    switch error {
    case .notFound: return .json(.notFound, Refusal("\(error)"))
    case .refused: return .json(.conflict, Refusal("\(error)"))
    case .unavailable, .superseded: return .json(.serviceUnavailable, Refusal("\(error)"), retryAfter: 5)
    }
  } catch {
    return .json(.internalServerError, Refusal("internal error"))
  }
}
