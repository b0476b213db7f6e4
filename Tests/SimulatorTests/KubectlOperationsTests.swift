import Foundation
import Testing

@testable import Simulator

@Suite("kubectl at work", .enabled(if: Command.hasKubectl))
struct KubectlOperationsTests {
  private static let manifests = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {mode: fast}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: cart, namespace: shop, labels: {app: cart}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: cart}}
      template:
        metadata: {labels: {app: cart}}
        spec:
          containers:
          - {name: app, image: "shop/cart:1", env: [{name: MODE, value: a}]}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: cart, namespace: shop}
    spec: {minAvailable: 1, selector: {matchLabels: {app: cart}}}
    """

  private func succeeds(_ result: (status: Int32, output: String), _ what: String) {
    #expect(result.status == 0, "\(what): \(result.output)")
  }

  @Test("apply creates, changes and leaves alone; diff by the client's last configuration")
  func apply() async throws {
    try await withCommands { cluster, command in
      let file = try command.file("shop.yaml", Self.manifests)
      let first = try await command.kubectl("apply", "-f", file)
      succeeds(first, "apply")
      #expect(first.output.contains("deployment.apps/cart created"))
      let again = try await command.kubectl("apply", "-f", file)
      #expect(again.output.contains("deployment.apps/cart unchanged"), "\(again.output)")
      let changed = try command.file(
        "changed.yaml",
        Self.manifests.replacing("shop/cart:1", with: "shop/cart:2").replacing("{mode: fast}", with: "{speed: high}"))
      succeeds(try await command.kubectl("apply", "-f", changed), "apply again")
      let image = await cluster.deployment("cart")[path: "spec", "template", "spec", "containers"]?[0]?["image"]
      #expect(image == "shop/cart:2")
      #expect(await cluster.object("configmaps", namespace: "shop", "settings")?["data"] == ["speed": "high"])
      succeeds(try await command.kubectl("delete", "-f", changed, "--wait=false"), "delete")
      #expect(await cluster.object("configmaps", namespace: "shop", "settings") == nil)
    }
  }

  @Test("Server-side apply owns fields, meets conflicts, and forces them")
  func serverSideApply() async throws {
    try await withCommands { cluster, command in
      let file = try command.file("shop.yaml", Self.manifests)
      succeeds(try await command.kubectl("apply", "--server-side", "-f", file), "first")
      succeeds(try await command.kubectl("apply", "--server-side", "-f", file), "second")
      succeeds(try await command.kubectl("-n", "shop", "scale", "deployment/cart", "--replicas", "4"), "scale")
      let conflict = try await command.kubectl("apply", "--server-side", "-f", file)
      #expect(conflict.status != 0)
      #expect(conflict.output.contains("conflict"), "\(conflict.output)")
      succeeds(try await command.kubectl("apply", "--server-side", "--force-conflicts", "-f", file), "forced")
      #expect(await cluster.deployment("cart")[path: "spec", "replicas"] == 2)
    }
  }

  @Test("describe tells of pods, workloads and nodes")
  func describe() async throws {
    try await withCommands { cluster, command in
      let pod = try #require(await cluster.pods().first?.name)
      for (arguments, expected) in [
        (["pod", pod], "Controlled By:  ReplicaSet/"), (["deployment", "checkout"], "StrategyType:           RollingUpdate"),
        (["node", "node-1"], "Non-terminated Pods:"), (["configmap", "kube-root-ca.crt"], "ca.crt:"),
      ] {
        let result = try await command.kubectl("-n", "shop", "describe", arguments[0], arguments[1])
        succeeds(result, arguments.joined(separator: " "))
        #expect(result.output.contains(expected), "\(result.output)")
      }
    }
  }

  @Test("get prints every kind that is served")
  func kinds() async throws {
    try await withCommands { cluster, command in
      let file = try command.file("shop.yaml", Self.manifests)
      succeeds(try await command.kubectl("apply", "-f", file), "apply")
      for type in ResourceCatalogue.all where type.verbs.contains("list") && type.group != "metrics.k8s.io" {
        let result = try await command.kubectl(
          "-n", "shop", "get", type.group.isEmpty ? type.plural : "\(type.plural).\(type.group)")
        succeeds(result, type.qualifiedName)
      }
      let budget = try await command.kubectl("-n", "shop", "get", "pdb", "cart")
      #expect(budget.output.contains(/NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE/))
      #expect(budget.output.contains(/cart +1 +N\/A/))
      let resources = try await command.kubectl("api-resources")
      #expect(resources.output.contains(/validatingadmissionpolicies +admissionregistration.k8s.io\/v1 +false/))
    }
  }

  @Test("rollout history, undo and status; wait for a condition; logs are followed")
  func rollouts() async throws {
    try await withCommands { cluster, command in
      succeeds(try await command.kubectl("-n", "shop", "set", "image", "deployment/checkout", "app=shop/checkout:2"), "set image")
      succeeds(try await command.kubectl("-n", "shop", "rollout", "status", "deployment/checkout", "--timeout", "15s"), "status")
      let history = try await command.kubectl("-n", "shop", "rollout", "history", "deployment/checkout")
      #expect(history.output.contains(#/\n1 .*\n2 /#), "\(history.output)")
      succeeds(try await command.kubectl("-n", "shop", "rollout", "undo", "deployment/checkout", "--to-revision", "1"), "undo")
      succeeds(
        try await command.kubectl("-n", "shop", "wait", "deployment/checkout", "--for=condition=Available", "--timeout=15s"),
        "wait")
      succeeds(try await command.kubectl("-n", "shop", "rollout", "pause", "deployment/checkout"), "pause")
      succeeds(try await command.kubectl("-n", "shop", "rollout", "resume", "deployment/checkout"), "resume")
      _ = try await command.kubectl("-n", "shop", "rollout", "status", "deployment/checkout", "--timeout", "15s")
      let pod = try #require(await cluster.pods().first?.name)
      async let log = command.kubectl("-n", "shop", "logs", "-f", pod)
      try await waitUntil { await cluster.requests(RequestQuery(pathContains: "/log")).count == 1 }
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["last words"])))
      #expect(try await log.output.contains("last words"))
    }
  }

  @Test("cordon, drain with budgets, uncordon")
  func drain() async throws {
    try await withCommands { cluster, command in
      succeeds(try await command.kubectl("cordon", "node-1"), "cordon")
      let nodes = try await command.kubectl("get", "nodes")
      #expect(nodes.output.contains(/node-1 +Ready,SchedulingDisabled/))
      let drained = try await command.kubectl(
        "drain", "node-1", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout", "20s")
      succeeds(drained, "drain")
      #expect(await cluster.pods().allSatisfy { $0[path: "spec", "nodeName"] != "node-1" })
      succeeds(try await command.kubectl("uncordon", "node-1"), "uncordon")
      succeeds(try await command.kubectl("taint", "node", "node-1", "a=b:NoSchedule"), "taint")
    }
  }

  @Test("auth can-i answers for oneself, for others and as a list")
  func access() async throws {
    try await withCommands { cluster, command in
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
      let own = try await command.kubectl("--token", token, "auth", "can-i", "--list", "-n", "shop")
      succeeds(own, "list")
      #expect(own.output.contains(/deployments.apps +.*patch/), "\(own.output)")
      let no = try await command.kubectl("--token", token, "auth", "can-i", "delete", "pods", "-n", "shop")
      #expect(no.output.contains("no"))
      let who = try await command.kubectl("--token", token, "auth", "whoami")
      #expect(who.output.contains("system:serviceaccount:shop:ai-sre-agent"))
    }
  }

  @Test("A client certificate logs in: its common name is the user, its organisations are groups")
  func certificate() async throws {
    try await withCommands { cluster, command in
      for (user, groups, status) in [("jane", ["system:masters"], Int32(0)), ("joe", [], 1)] {
        let client = try cluster.clientCertificate(user: user, groups: groups)
        let config = try command.file(
          "\(user).kubeconfig",
          """
          {"kind": "Config", "apiVersion": "v1", "current-context": "c",
           "clusters": [{"name": "c", "cluster": {"server": "\(cluster.url)",
             "certificate-authority-data": "\(Data(try cluster.caCertificate.utf8).base64EncodedString())"}}],
           "users": [{"name": "u", "user": {"client-certificate-data": "\(Data(client.certificate.utf8).base64EncodedString())",
             "client-key-data": "\(Data(client.key.utf8).base64EncodedString())"}}],
           "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}
          """)
        let pods = try await command.kubectl(config: config, "-n", "shop", "get", "pods")
        #expect(pods.status == status, "\(pods.output)")
        if status != 0 { #expect(pods.output.contains("User \"joe\" cannot list resource \"pods\"")) }
      }
    }
  }
}
