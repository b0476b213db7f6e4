import Pipeline
import Wire

/// A question as the pipeline asks it, with candidates from evidence.
enum ModelQuestions {
  static func checkout(deadline: Duration = .seconds(20), situation: String? = nil) -> ModelQuestion {
    let target = Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "checkout", uid: "u-1")
    func act(_ action: Action, _ parameters: Order.Parameters = .init()) -> Candidate.Choice {
      .act(
        Proposal(
          action: action, target: target, preconditions: .init(), parameters: parameters, expectedEffect: "The pods get ready."))
    }
    let candidates = [
      Candidate(act(.rollbackDeployment, .init(revision: 7)), score: 0.9, rationale: "Revision 8 removed DB_URL."),
      Candidate(act(.restartDeployment), score: 0.2, rationale: "A restart clears state."),
      Candidate(.escalate, score: 0.1, rationale: "Leave it to a person."),
      Candidate(.wait, score: 0, rationale: "Look again later."),
    ]
    return ModelQuestion(
      instructions: "Pick exactly one.", situation: situation ?? "ALERT: PodCrashLoopBackOff\nPOD STATES:\n[pod-1] not ready\n",
      candidates: candidates, deadline: deadline)
  }
}
