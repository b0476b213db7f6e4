import HTTP

extension KubernetesClient {
  /// Asks whose token this is and whether it is meant for one of the audiences. An empty token is a 400 from the server.
  public func review(token: String, audiences: [String]) async throws(KubernetesError) -> TokenReview {
    let body = TokenReview.body(token: token, audiences: audiences)
    return try await answer(request(.post, path(TokenReview.type, namespace: nil), body: body)).object()
  }

  /// Asks whether somebody may do something.
  public func review(_ question: SubjectAccessReview.Question) async throws(KubernetesError) -> SubjectAccessReview {
    let body = SubjectAccessReview.body(question)
    return try await answer(request(.post, path(SubjectAccessReview.type, namespace: nil), body: body)).object()
  }

  /// Whether the client itself may make that call.
  public func mayMake(_ call: APICall) async throws(KubernetesError) -> Bool {
    let path = path(SelfSubjectAccessReview.type, namespace: nil)
    let review: SelfSubjectAccessReview = try await answer(
      request(.post, path, body: SelfSubjectAccessReview.body(call))
    ).object()
    return review.allowed
  }
}
