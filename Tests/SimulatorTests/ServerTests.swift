import Testing

@testable import Simulator

@Suite("The server on the wire", .enabled(if: Command.hasCurl))
struct ServerTests {
  private static let pods = "/api/v1/namespaces/shop/pods"

  @Test("Injected failures meet the next requests and no more")
  func failures() async throws {
    try await withCommands { cluster, command in
      await cluster.fail(APIFailure(.status(503), count: 2, method: "GET", pathContains: "/pods"))
      for expected in ["503", "503", "200"] {
        let answer = try await command.curl("-o", "/dev/null", "-w", "%{http_code}", path: Self.pods)
        #expect(answer.output == expected)
      }
      await cluster.fail(APIFailure(.cutBefore))
      let (cut, whole) = (try await command.curl(path: Self.pods), try await command.curl(path: Self.pods))
      #expect(cut.status != 0)
      #expect(whole.status == 0)
    }
  }

  @Test("A cut after the act loses the answer and not the act")
  func cutAfter() async throws {
    try await withCommands { cluster, command in
      await cluster.fail(APIFailure(.cutAfter, method: "PATCH"))
      let answer = try await command.curl(
        "-X", "PATCH", "-H", "Content-Type: application/merge-patch+json", "-d", #"{"metadata":{"annotations":{"a":"b"}}}"#,
        path: "/apis/apps/v1/namespaces/shop/deployments/checkout")
      #expect(answer.status != 0)
      #expect(await cluster.deployment().annotations["a"] == "b")
    }
  }

  @Test("The server stops and comes back on its port, without its history")
  func restart() async throws {
    try await withCommands { cluster, command in
      let port = cluster.port
      await cluster.stopServer()
      let refused = try await command.curl(path: Self.pods)
      #expect(refused.status == 7)
      try await cluster.startServer()
      #expect(cluster.port == port)
      let answer = try await command.curl(path: Self.pods)
      #expect(answer.status == 0)
      let watch = try await command.curl(path: Self.pods + "?watch=1&resourceVersion=101")
      #expect(watch.output.contains(#""type":"ERROR""#))
    }
  }

  @Test("A watch ends by itself after its time, with a bookmark before the end")
  func watchTimeout() async throws {
    try await withCommands { cluster, command in
      let answer = try await command.curl(
        path: Self.pods + "?watch=1&allowWatchBookmarks=true&timeoutSeconds=3&resourceVersion=0")
      #expect(answer.status == 0)
      let types = try answer.output.split(separator: "\n").map { try JSONValue(parsing: String($0))["type"]?.string ?? "" }
      #expect(types.filter { $0 == "ADDED" }.count == 2)
      #expect(types.last == "BOOKMARK")
      #expect(await cluster.openWatches == 0)
    }
  }

  @Test("A client that goes away takes its watch with it")
  func abandonedWatch() async throws {
    try await withCommands { cluster, command in
      async let watch = command.curl(path: Self.pods + "?watch=1")
      try await waitUntil { await cluster.openWatches == 1 }
      cluster.cutConnections()
      #expect(try await watch.status != 0)
      try await waitUntil { await cluster.openWatches == 0 }
    }
  }

  @Test("A followed log comes as it is written and ends with the container")
  func follow() async throws {
    try await withCommands { cluster, command in
      let name = try #require(await cluster.pods().first?.name)
      async let log = command.curl("-N", path: "\(Self.pods)/\(name)/log?follow=true&tailLines=1")
      try await waitUntil { await cluster.requests(RequestQuery(pathContains: "/log")).count == 1 }
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["last words"])))
      let answer = try await log
      #expect(answer.status == 0)
      #expect(answer.output.hasSuffix("last words\n"))
    }
  }

  @Test("The control endpoints inject faults and count requests, for administrators only")
  func control() async throws {
    try await withCommands { cluster, command in
      let fault =
        #"{"namespace":"shop","deployment":"checkout","kind":"crash_loop","logs":["x"],"heals":"on_restart","restarts":2}"#
      let made = try await command.curl("-d", fault, path: "/simulator/v1/faults")
      let id = try #require(try JSONValue(parsing: made.output)["id"]?.string)
      #expect(SimulatedCluster.container(try #require(await cluster.pods().first))["restartCount"] == 2)
      let list = try JSONValue(parsing: try await command.curl(path: "/simulator/v1/faults").output)
      #expect(list["items"]?[0]?["kind"] == "crash_loop")
      let removed = try await command.curl("-X", "DELETE", path: "/simulator/v1/faults/\(id)")
      #expect(try JSONValue(parsing: removed.output)["removed"] == 1)
      let wrong = try await command.curl("-d", #"{"namespace":"shop","kind":"crash_loop"}"#, path: "/simulator/v1/faults")
      #expect(wrong.output.contains("one of deployment, workload, pod or labels is needed"))
      let requests = try JSONValue(parsing: try await command.curl(path: "/simulator/v1/requests?mutating=true").output)
      #expect(requests["count"] == 0)
      let agent = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
      let refused = try await command.curl("-H", "Authorization: Bearer \(agent)", path: "/simulator/v1/faults")
      #expect(refused.output.contains("administrator") || refused.output.contains("items") == false)
    }
  }
}

/// Waits for a condition, ten seconds at most.
func waitUntil(_ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("the condition did not come true within 10 s")
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}
