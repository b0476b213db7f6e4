import Testing

@testable import Simulator

/// The Kubernetes project's own Python client; `make test` installs it where PyPI can be reached.
@Suite("The Python client", .enabled(if: Command.python != nil, "KUBERNETES_PYTHON names no interpreter with PyPI's kubernetes"))
struct PythonClientTests {
  private static let login = """
    import sys
    from kubernetes import client, watch
    from kubernetes.client.rest import ApiException
    configuration = client.Configuration()
    configuration.host, configuration.ssl_ca_cert = sys.argv[1], sys.argv[2]
    configuration.api_key = {"authorization": "Bearer " + sys.argv[3]}
    api = client.ApiClient(configuration)
    core, apps, auth = client.CoreV1Api(api), client.AppsV1Api(api), client.AuthenticationV1Api(api)

    """

  private func run(_ program: String, _ check: (SimulatedCluster, String) async throws -> Void) async throws {
    try await withCommands { cluster, command in
      let result = try await command.python(Self.login + program)
      #expect(result.status == 0, "\(result.output)")
      try await check(cluster, result.output)
    }
  }

  @Test("Lists by page and selector, and typed objects come whole")
  func list() async throws {
    try await run(
      """
      page = core.list_namespaced_pod("shop", limit=1, label_selector="app=checkout")
      rest = core.list_namespaced_pod("shop", limit=1, label_selector="app=checkout", _continue=page.metadata._continue)
      pods = page.items + rest.items
      assert len({p.metadata.name for p in pods}) == 2
      assert all(p.status.container_statuses[0].ready for p in pods)
      assert apps.read_namespaced_deployment("checkout", "shop").status.ready_replicas == 2
      assert len(core.list_node().items) == 3
      client.PolicyV1Api(api).list_namespaced_pod_disruption_budget("shop")
      client.AutoscalingV2Api(api).list_namespaced_horizontal_pod_autoscaler("shop")
      client.EventsV1Api(api).list_namespaced_event("shop")
      print("done")
      """
    ) { _, output in #expect(output.contains("done")) }
  }

  @Test("A patch restarts, and a watch sees the pods change")
  func patchAndWatch() async throws {
    try await run(
      """
      version = core.list_namespaced_pod("shop").metadata.resource_version
      stamp = {"kubectl.kubernetes.io/restartedAt": "2026-11-22T11:11:30Z"}
      apps.patch_namespaced_deployment("checkout", "shop", {"spec": {"template": {"metadata": {"annotations": stamp}}}})
      seen = set()
      for event in watch.Watch().stream(core.list_namespaced_pod, "shop", resource_version=version, timeout_seconds=5):
          seen.add(event["type"])
          if seen >= {"ADDED", "MODIFIED", "DELETED"}: break
      print(sorted(seen))
      """
    ) { _, output in #expect(output.contains("['ADDED', 'DELETED', 'MODIFIED']"), "\(output)") }
  }

  @Test("Evictions ask the budget, refusals are ApiExceptions with the Status, and tokens are issued")
  func evict() async throws {
    try await run(
      """
      pod = core.list_namespaced_pod("shop", label_selector="app=checkout").items[0].metadata.name
      body = client.V1Eviction(metadata=client.V1ObjectMeta(name=pod, namespace="shop"))
      core.create_namespaced_pod_eviction(pod, "shop", body)
      try:
          assert core.read_namespaced_pod(pod, "shop").metadata.deletion_timestamp is not None
      except ApiException as gone:
          assert gone.status == 404
      try:
          core.read_namespaced_pod("nope", "shop")
      except ApiException as refusal:
          assert refusal.status == 404 and '"reason":"NotFound"' in refusal.body.replace(" ", "")
      request = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=["ai-sre"]))
      token = core.create_namespaced_service_account_token("ai-sre-agent", "shop", request).status.token
      review = auth.create_token_review(client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token, audiences=["ai-sre"])))
      assert review.status.authenticated
      print(review.status.user.username)
      """
    ) { _, output in #expect(output.contains("system:serviceaccount:shop:ai-sre-agent"), "\(output)") }
  }
}
