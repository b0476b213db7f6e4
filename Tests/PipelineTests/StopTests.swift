import Testing
import Wire

@testable import Pipeline

@Suite("A long act: its progress, and its end by a person")
struct StopTests {
  private func executing() throws -> Walk {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    return walk
  }

  @Test("progress is part of the story while the act is under way, and only that act's")
  func progress() throws {
    var walk = try executing()
    let command = try #require(walk.incident.actCommand)
    func progress(_ command: String) -> IncidentEvent {
      .progressed(ActProgress(command: command, done: 2, total: 12, detail: "waits for budget web", at: Situation.now))
    }
    #expect(try walk.take(progress(command)))
    #expect(walk.story.last == "2 of 12: waits for budget web")
    #expect(try !walk.take(progress("another")))
    try walk.answer(.failed("no"))
    #expect(try !walk.take(progress(command)))
  }

  @Test("a stop goes to the agent as a command of its own, once, and the act's own result is still waited for")
  func stop() throws {
    var walk = try executing()
    let act = try #require(walk.incident.actCommand)
    try walk.take(.stopRequested(by: "ada"))
    #expect(walk.command?.task == .stop(StopRequest(command: act)))
    #expect(walk.incident.openCommand == act)
    #expect(throws: IncidentError.notAllowed("a stop was sent already")) { try walk.take(.stopRequested(by: "bob")) }
    try walk.take(.answered(command: walk.incident.stopCommand ?? "", .stopped("it ends after the pod at hand")))
    #expect(walk.story.last == "Stop: it ends after the pod at hand")
    #expect(walk.incident.state == .executing)
    try walk.answer(.failed("stopped after 2 of 12"))
    #expect(walk.incident.state == .escalated)
  }

  @Test("a stop that the agent does not answer is told of")
  func unanswered() throws {
    var walk = try executing()
    try walk.take(.stopRequested(by: "ada"))
    try walk.take(.unanswered(command: walk.incident.stopCommand ?? ""))
    #expect(walk.story.last == "Stop: the agent did not answer in time")
    try walk.take(.stopRequested(by: "ada"))
    #expect(walk.command?.task == .stop(StopRequest(command: walk.incident.actCommand ?? "")))
  }

  @Test("there is nothing to stop before and after an act")
  func nothing() throws {
    var walk = Walk()
    try walk.gather()
    #expect(throws: IncidentError.nothingToStop(state: .deciding)) { try walk.take(.stopRequested(by: "ada")) }
  }

  @Test(
    "an act is waited for as long as it may run",
    arguments: [(Action.restartDeployment, 150), (.drainNode, 1950), (.execPod, 450)])
  func patience(action: Action, seconds: Int) {
    #expect(
      CommandDraft.actLifetime + action.longestRun + PolicySettings().resultGrace == .seconds(seconds))
  }
}
