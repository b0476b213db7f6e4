import Testing

@testable import Simulator

@Suite("kubectl", .enabled(if: Command.hasKubectl))
struct KubectlTests {
  @Test("get prints good columns")
  func get() async throws {
    try await withCommands { cluster, command in
      let pods = try await command.kubectl("-n", "shop", "get", "pods", "-o", "wide")
      #expect(pods.status == 0)
      #expect(pods.output.contains(/NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/))
      #expect(pods.output.contains(/checkout-\S+ +1\/1 +Running +0 +(2d|47h) +10\./))
      let deployments = try await command.kubectl("-n", "shop", "get", "deploy,rs")
      #expect(deployments.output.contains(/deployment.apps\/checkout +2\/2 +2 +2 +2d/))
      let json = try await command.kubectl("-n", "shop", "get", "deploy", "checkout", "-o", "json")
      #expect(try JSONValue(parsing: json.output)[path: "status", "readyReplicas"] == 2)
    }
  }

  @Test("describe, logs and events tell of a crash loop")
  func crashLoop() async throws {
    try await withCommands { cluster, command in
      await cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["FATAL no db"]), restarts: 5))
      let name = try #require(await cluster.pods().first?.name)
      let pods = try await command.kubectl("-n", "shop", "get", "pods")
      #expect(pods.output.contains(/0\/1 +CrashLoopBackOff +5 \(/))
      let description = try await command.kubectl("-n", "shop", "describe", "pod", name)
      #expect(description.output.contains("Reason:       CrashLoopBackOff"))
      #expect(description.output.contains("Back-off restarting failed container app"))
      let log = try await command.kubectl("-n", "shop", "logs", name, "--previous")
      #expect(log.output == "FATAL no db\n")
    }
  }

  @Test("rollout restart rolls, and rollout status sees the end")
  func rollout() async throws {
    try await withCommands { cluster, command in
      let before = Set(await cluster.pods().map(\.name))
      let restart = try await command.kubectl("-n", "shop", "rollout", "restart", "deployment/checkout")
      #expect(restart.status == 0, "\(restart.output)")
      let status = try await command.kubectl("-n", "shop", "rollout", "status", "deployment/checkout", "--timeout", "15s")
      #expect(status.output.contains("successfully rolled out"))
      #expect(before.isDisjoint(with: await cluster.pods().map(\.name)))
      let patches = await cluster.requests(RequestQuery(mutatingOnly: true, method: "PATCH"))
      #expect(patches.count == 1)
    }
  }

  @Test("set image, rollout undo, annotate, label and scale work")
  func changes() async throws {
    try await withCommands { cluster, command in
      for arguments in [
        ["set", "image", "deployment/checkout", "app=shop/checkout:2"], ["annotate", "deployment/checkout", "note=x"],
        ["label", "deployment/checkout", "tier=web"], ["scale", "deployment/checkout", "--replicas", "3"],
      ] {
        let result = try await command.kubectl(
          "-n", "shop", arguments[0], arguments[1], arguments[2], arguments.count > 3 ? arguments[3] : "--overwrite")
        #expect(result.status == 0, "\(arguments): \(result.output)")
      }
      _ = try await command.kubectl("-n", "shop", "rollout", "status", "deployment/checkout", "--timeout", "15s")
      let undo = try await command.kubectl("-n", "shop", "rollout", "undo", "deployment/checkout")
      #expect(undo.status == 0, "\(undo.output)")
      _ = try await command.kubectl("-n", "shop", "rollout", "status", "deployment/checkout", "--timeout", "15s")
      let deployment = await cluster.deployment()
      #expect(deployment[path: "spec", "template", "spec", "containers"]?[0]?["image"] == "shop/checkout:1")
      #expect(deployment[path: "spec", "replicas"] == 3)
      #expect(deployment.annotations["deployment.kubernetes.io/revision"] == "3")
      #expect(await cluster.objects("replicasets", group: "apps", namespace: "shop").count == 2)
    }
  }

  @Test("create token and auth can-i, which speak protobuf, are understood")
  func protobuf() async throws {
    try await withCommands { cluster, command in
      let token = try await command.kubectl("-n", "shop", "create", "token", "ai-sre-agent", "--audience", "ai-sre")
      #expect(token.output.split(separator: ".").count == 3)
      let answer = try await command.kubectl("auth", "can-i", "patch", "deployments", "-n", "shop")
      #expect(answer.output.hasPrefix("yes"))
    }
  }

  @Test("get -w sees a pod come and go")
  func watch() async throws {
    try await withCommands { cluster, command in
      async let watched = command.kubectl("-n", "shop", "get", "pods", "-w", "--output-watch-events", "--request-timeout", "4s")
      let deadline = ContinuousClock.now + .seconds(3)
      while await cluster.openWatches == 0, ContinuousClock.now < deadline { await Task.yield() }
      let name = try #require(await cluster.pods().first?.name)
      _ = await cluster.send("DELETE", "/api/v1/namespaces/shop/pods/\(name)")
      let output = try await watched.output
      #expect(output.contains("Terminating"))
      #expect(output.contains("DELETED"))
      #expect(output.contains("ADDED"))
    }
  }
}
