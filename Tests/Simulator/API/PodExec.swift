/// `…/pods/NAME/exec`, before the connection becomes a WebSocket: what is refused (recordings, 10 exec-*).
struct PodExec {
  let request: APIRequest

  func respond(_ world: World) throws(APIStatus) -> APIResponse {
    guard request.method == "GET" || request.method == "POST" else { throw .methodNotAllowed }
    let key = ObjectKey(namespace: request.target.namespace, name: request.target.name)
    guard world.store.object(ResourceCatalogue.pods, key) != nil else { throw .notFound(ResourceCatalogue.pods, key.name) }
    throw .badRequest("Upgrade request required")
  }
}
