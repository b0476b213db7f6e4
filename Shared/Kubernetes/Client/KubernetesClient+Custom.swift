import HTTP

extension KubernetesClient {
  /// The API groups that the server offers besides the core one.
  public func apiGroups() async throws(KubernetesError) -> [APIGroup] {
    let list: APIGroupList = try await answer(request(.get, "/apis")).object()
    return list.groups
  }

  /// As ``list(_:namespace:options:)``, for a type that is known only at run time.
  public func list(custom type: ResourceType, namespace: String?, options: ListOptions = ListOptions())
    async throws(KubernetesError) -> ResourceList<CustomResource>
  {
    try await list(path(type, namespace: namespace), accept: "application/json", options: options) { (item: CustomResource) in
      item
    }
  }
}
