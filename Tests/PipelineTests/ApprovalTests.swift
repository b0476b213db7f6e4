import Testing
import Wire

@testable import Pipeline

@Suite("Approval")
struct ApprovalTests {
  private func asked() throws -> Walk {
    var settings = PolicySettings()
    settings.requireApprovalFor = [.restartDeployment]
    var walk = Walk(settings: settings)
    try walk.gather()
    try walk.decide()
    return walk
  }

  @Test("is asked for, with the reasons, and nothing is sent before")
  func isAsked() throws {
    let walk = try asked()
    #expect(walk.incident.state == .awaitingApproval)
    #expect(walk.command == nil)
    #expect(walk.incident.approval?.reasons == ["REQUIRE_APPROVAL_FOR names restart_deployment"])
    #expect(walk.notification?.kind == .approvalNeeded)
  }

  @Test("sends exactly the order that was shown")
  func bindsTheOrder() throws {
    var walk = try asked()
    let shown = try #require(walk.incident.approval?.order)
    try walk.take(.approved(by: "ada", orderDigest: shown.digest))
    #expect(walk.incident.order == shown)
    #expect(walk.incident.order?.digest == shown.digest)
    #expect(walk.command?.approvers == ["ada"])
  }

  @Test("of another order than the one that waits is refused")
  func otherOrder() throws {
    var walk = try asked()
    #expect(throws: IncidentError.orderChanged) { try walk.take(.approved(by: "ada", orderDigest: "0123")) }
    #expect(walk.incident.state == .awaitingApproval)
  }

  @Test("expires after fifteen minutes, on both sides of the limit")
  func expires() throws {
    var walk = try asked()
    let digest = try #require(walk.incident.approval?.order.digest)
    walk.now = Situation.now + .seconds(900)
    #expect(throws: IncidentError.notAllowed("the proposal expired at \(walk.now)")) {
      try walk.take(.approved(by: "ada", orderDigest: digest))
    }
    walk.now = Situation.now + .seconds(899)
    try walk.take(.approved(by: "ada", orderDigest: digest))
    #expect(walk.incident.state == .executing)
  }

  @Test("that nobody gives ends with a person told")
  func nobody() throws {
    var walk = try asked()
    let digest = try #require(walk.incident.approval?.order.digest)
    try walk.take(.approvalExpired(orderDigest: digest))
    #expect(walk.incident.state == .escalated)
  }

  @Test("refused closes the incident with the reason")
  func rejected() throws {
    var walk = try asked()
    try walk.take(.rejected(by: "ada", reason: "deploying a fix"))
    #expect(walk.incident.state == .closed)
    #expect(walk.incident.conclusion == "Rejected by ada: deploying a fix")
  }

  @Test("does not loosen what the rules refuse by then, and the proposal stays")
  func judgedAgain() throws {
    var walk = try asked()
    let digest = try #require(walk.incident.approval?.order.digest)
    walk.history = WorkloadHistory(inFlight: 9)
    #expect(throws: IncidentError.self) { try walk.take(.approved(by: "ada", orderDigest: digest)) }
    #expect(walk.incident.state == .awaitingApproval)
    walk.history = WorkloadHistory()
    try walk.take(.approved(by: "ada", orderDigest: digest))
    #expect(walk.incident.state == .executing)
  }

  @Test("cannot be given twice, or to what does not wait")
  func twice() throws {
    var walk = try asked()
    let digest = try #require(walk.incident.approval?.order.digest)
    try walk.take(.approved(by: "ada", orderDigest: digest))
    #expect(throws: IncidentError.notAwaitingApproval(state: .executing)) {
      try walk.take(.approved(by: "bob", orderDigest: digest))
    }
  }
}
