import Foundation
import Glibc
import Support
import Testing

extension EndToEnd {
  @Suite("A signer in a process of its own")
  struct Signers {
    /// A signer with keys of its own, as another user where this one may choose.
    struct SignerProcess {
      let process: StackProcess
      let socket: String
      let keys: String

      init(in directory: WorkingDirectory, arguments: [String] = []) async throws {
        let program = try Checkout.program("sre-control-plane")
        keys = directory.path("keys")
        socket = directory.path("signer.sock")
        let environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path]
        let making = try ChildProcess(
          .init(
            name: "keys", program: program, arguments: ["keys", "generate", "--directory", keys], environment: environment,
            directory: directory.path))
        try await waitUntil("the keys are made", within: .seconds(20)) { making.ending != nil }
        let own = getuid()
        var words = [program, "signer", "--socket", socket, "--directory", keys, "--user", "\(own)"] + arguments
        if own == 0 {
          for path in [directory.path, keys] {
            try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: path)
          }
          for file in ["", "keys"] + (try FileManager.default.contentsOfDirectory(atPath: keys)).map({ "keys/" + $0 }) {
            chown(directory.path(file), 65_534, 65_534)
          }
          words = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + words
        }
        let socket = socket
        process = StackProcess(
          .init(
            name: "sre-signer", program: words[0], arguments: Array(words.dropFirst()), environment: environment,
            directory: directory.path),
          isReady: { FileManager.default.fileExists(atPath: socket) })
      }
    }

    private func run(_ arguments: [String] = [], _ body: (Stack, SignerProcess) async throws -> Void) async throws {
      try await ProcessRoster.run { roster, directory in
        let signer = try await SignerProcess(in: directory, arguments: arguments)
        try await roster.start([signer.process])
        var options = quick(["SIGNER_SOCKET": signer.socket])
        options.rootKeyFile = signer.keys + "/root.pub"
        try await Stack.run(options) { stack in try await body(stack, signer) }
      }
    }

    @Test("signs for a control plane that has no key, also when it was away for a while")
    func signs() async throws {
      try await run { stack, signer in
        #expect(!FileManager.default.fileExists(atPath: stack.directory.path("control-plane/keys")))
        await signer.process.kill()
        let incident = try await stack.openIncident()
        try FileManager.default.removeItem(atPath: signer.socket)
        try await signer.process.start()
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
      }
    }

    @Test("signs no act over its own budget: nothing is done, and a person is told at once")
    func budget() async throws {
      try await run(["--acts-per-hour", "0"]) { stack, _ in
        let story = try await stack.end(of: stack.openIncident())
        #expect(story.incident.state == "escalated")
        #expect(story.timeline.contains { $0.summary.contains("signing budget") }, "\(story.timeline.map(\.summary))")
        #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 0)
      }
    }
  }

  @Suite("Keys, epochs and databases while everything runs")
  struct Succession {
    private func command(_ stack: Stack, _ arguments: [String]) async throws -> String {
      let name = "command-\(UUID().uuidString.prefix(6))"
      let child = try ChildProcess(
        .init(
          name: name, program: try Checkout.program("sre-control-plane"), arguments: arguments,
          environment: [
            "PATH": "/usr/bin:/bin", "HOME": stack.directory.path, "DATA_DIRECTORY": stack.directory.path("control-plane"),
          ],
          directory: stack.directory.path))
      try await waitUntil("\(arguments) ends", within: .seconds(20)) { child.ending != nil }
      try #require(child.ending == .exited(status: 0), "\(child.logTail())")
      return child.logTail(lines: 10_000)
    }

    @Test(
      "Keys are rotated and the old one retired, between and during incidents: commands go on, and the audit timeline says so")
    func rotation() async throws {
      try await Stack.run(quick()) { stack in
        #expect(try await command(stack, ["keys", "rotate"]).contains("Key set 2"))
        let incident = try await stack.openIncident()
        #expect(try await command(stack, ["keys", "retire"]).contains("Key set 3"))
        try await stack.expectFixedOnce(stack.end(of: incident), .checkout)
        try await waitUntil("key set 3 is in force", within: .seconds(10), every: .milliseconds(100)) {
          try await command(stack, ["audit", "export"]).contains("Key set 3 is in force")
        }
        #expect(try await command(stack, ["audit", "verify"]).contains("The chain is whole"))
        let export = try await command(stack, ["audit", "export"])
        for kind in ["start", "settings", "keys", "signing", "alert", "decision", "verification"] {
          #expect(export.contains("\"kind\":\"\(kind)\""), "\(kind)")
        }
      }
    }

    @Test("A second control plane on one database is refused; where the lock was removed, the first one ends by itself")
    func twoOnOneDatabase() async throws {
      try await Stack.run(quick()) { stack in
        let data = stack.directory.path("control-plane")
        func second(_ name: String) throws -> ChildProcess {
          var command = stack.controlPlane.process.command
          command.name = name
          command.environment["LISTEN"] = "127.0.0.1:\(try FreePorts.next())"
          command.environment["AGENT_LISTEN"] = "127.0.0.1:\(try FreePorts.next())"
          return try ChildProcess(command)
        }
        let refused = try second("refused")
        try await waitUntil("it is refused", within: .seconds(20)) { refused.ending != nil }
        #expect(refused.logTail().contains("in use by another control plane"))

        try FileManager.default.removeItem(atPath: data + "/incidents.db.lock")
        let successor = try second("successor")
        let first = try #require(stack.controlPlane.process.child)
        try await waitUntil("the first one ends", within: .seconds(20)) { first.ending != nil }
        #expect(first.logTail().contains("another control plane has taken over"))
        #expect(first.ending != .exited(status: 0))
        await successor.stop()
      }
    }

    @Test("A database from a backup: agents follow the control plane that was started with it")
    func restored() async throws {
      try await Stack.run(quick()) { stack in
        let data = stack.directory.path("control-plane")
        let backup = stack.directory.path("backup")
        await stack.controlPlane.process.kill()
        try FileManager.default.copyItem(atPath: data, toPath: backup)
        try await stack.controlPlane.process.start()
        try await stack.waitForAgents()
        try await stack.expectFixedOnce(stack.end(of: stack.openIncident()), .checkout)
        await stack.controlPlane.process.kill()
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.moveItem(atPath: backup, toPath: data)
        try await stack.controlPlane.process.start()
        try await stack.waitForAgents()
        #expect(try await stack.console.incidents().isEmpty)
        let story = try await stack.end(of: stack.openIncident())
        #expect(story.timeline.contains { $0.stage == "execution" }, "\(story.timeline.map(\.summary))")
        #expect(try await stack.cluster.restarts(of: "checkout", in: "shop") == 2)
      }
    }
  }
}
