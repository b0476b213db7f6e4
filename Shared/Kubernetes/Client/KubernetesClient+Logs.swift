import HTTP

extension KubernetesClient {
  /// The log of a container, at most `options.limitBytes` bytes; empty for a pod that has no node yet (204).
  public func log(pod: String, namespace: String, options: LogOptions) async throws(KubernetesError) -> [UInt8] {
    let path = path(Pod.type, namespace: namespace, name: pod, subresource: "log") + options.query.text
    var request = request(.get, path)
    request.protocolVersion = .http1
    let response = try await send(request)
    // The kubelet applies limitBytes itself; the slack is for servers that count otherwise.
    let answer = try await Self.answer(from: response, upTo: options.limitBytes + 64 * 1024)
    guard answer.isSuccess else { throw answer.error }
    return answer.body
  }
}
