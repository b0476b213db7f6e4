import Foundation
import HTTP
import Support
import Testing

extension EndToEnd {
  /// A library before the C library's keeps a copy of the database's files as they were at their last `fsync`. When the power goes, that copy
  /// is what is left, with any of the sectors that were written since, or none of them.
  @Suite("When the power goes, what was answered with success is there")
  struct PowerLoss {
    static let source = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <fcntl.h>
      #include <limits.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <unistd.h>

      static int keep(int fd) {
        char link[64], path[PATH_MAX], made[PATH_MAX + 16], kept[PATH_MAX + 16], buffer[65536];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length < 0) return 0;
        path[length] = 0;
        const char *name = strrchr(path, '/');
        if (!name || (strcmp(name, "/incidents.db") && strcmp(name, "/incidents.db-wal"))) return 0;
        if (getenv("DISK_LIES")) return 0;
        snprintf(made, sizeof made, "%s.making", path);
        snprintf(kept, sizeof kept, "%s.kept", path);
        int from = open(path, O_RDONLY | O_CLOEXEC), to = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (from < 0 || to < 0) return -1;
        ssize_t count;
        while ((count = read(from, buffer, sizeof buffer)) > 0)
          if (write(to, buffer, count) != count) return -1;
        close(from);
        close(to);
        return rename(made, kept);
      }

      int fsync(int fd) {
        static int (*real)(int);
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
        return keep(fd) ? -1 : real(fd);
      }

      int fdatasync(int fd) {
        static int (*real)(int);
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
        return keep(fd) ? -1 : real(fd);
      }
      """

    private static var runs: Int { ProcessInfo.processInfo.environment["POWER_RUNS"].flatMap { Int($0) } ?? 20 }

    @Test("At any moment between two writes", .timeLimit(.minutes(30)))
    func kept() async throws {
      let lost = try await Self.lost(runs: Self.runs, diskLies: false)
      #expect(lost.answered > Self.runs, "\(lost.answered) alerts were answered")
      #expect(lost.missing == [])
      print("power loss: \(Self.runs) runs, \(lost.answered) alerts answered, \(lost.missing.count) missing")
    }

    @Test("A disk that says that it has written and has not is found out by this test")
    func lies() async throws {
      let lost = try await Self.lost(runs: 3, diskLies: true)
      #expect(!lost.missing.isEmpty)
    }

    private static func lost(runs: Int, diskLies: Bool) async throws -> (answered: Int, missing: [String]) {
      try await ProcessRoster.run { roster, directory in
        let library = try await compile(in: directory)
        let http = HTTPClient()
        let port = try FreePorts.next()
        let data = directory.path("data")
        var environment = [
          "PATH": "/usr/bin:/bin", "HOME": directory.path, "DATA_DIRECTORY": data, "LISTEN": "127.0.0.1:\(port)",
          "AGENT_LISTEN": "127.0.0.1:\(try FreePorts.next())", "WEB_DIRECTORY": "\(Checkout.root)/web", "LD_PRELOAD": library,
        ]
        if diskLies { environment["DISK_LIES"] = "1" }
        let base = "http://127.0.0.1:\(port)"
        let process = StackProcess(
          .init(
            name: "sre-control-plane", program: try Checkout.program("sre-control-plane"), arguments: ["serve"],
            environment: environment, directory: directory.path),
          isReady: { try await http.send(ClientRequest("\(base)/health")).status == 200 })
        try await roster.start([process])
        var random = SystemRandomNumberGenerator()
        var (answered, missing): ([String], [String]) = ([], [])
        for run in 0...runs {
          let console = try ConsoleClient(base: base, token: token("console", data), http: http)
          let there = Set(try await namespaces(console))
          missing += answered.suffix(100).filter { !there.contains($0) }
          guard run < runs else { break }
          answered += try await post(run, console, token("webhook", data), until: process)
          try fail(data, using: &random)
          try await process.start()
        }
        await http.shutdown()
        return (answered.count, missing)
      }
    }

    /// Posts alerts, several at a time, until the power goes.
    /// - Returns: the namespaces of those that were answered with success.
    private static func post(
      _ run: Int, _ console: ConsoleClient, _ token: String, until process: StackProcess
    ) async throws -> [String] {
      try await withThrowingTaskGroup(of: [String].self) { group in
        for writer in 0..<4 {
          group.addTask {
            var answered: [String] = []
            for number in 0..<25 {
              let namespace = "run-\(run)-\(writer)-\(number)"
              let alert = AlertmanagerPost(alertname: "PodCrashLoopBackOff", namespace: namespace, pods: ["pod-of-\(namespace)"])
              let body = [UInt8](try JSONEncoder().encode(alert))
              guard let answer = try? await console.post("/webhook", body, token: .other(token)), answer.status == 200 else {
                break
              }
              answered.append(namespace)
            }
            return answered
          }
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...150)))
        await process.kill()
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }

    private static func namespaces(_ console: ConsoleClient) async throws -> [String] {
      struct Page: Decodable { let incidents: [Incident] }
      struct Incident: Decodable { let namespace: String }
      return try await console.get("/incidents?limit=200").decoded(Page.self).incidents.map(\.namespace)
    }

    /// What is left on the disk: what was synced, and of what was written since any sectors.
    private static func fail(_ data: String, using random: inout some RandomNumberGenerator) throws {
      for name in ["incidents.db", "incidents.db-wal"] {
        let path = data + "/" + name
        let written = FileManager.default.contents(atPath: path) ?? Data()
        let kept = FileManager.default.contents(atPath: path + ".kept") ?? (name.hasSuffix("wal") ? Data() : written)
        var left = kept
        for start in stride(from: 0, to: written.count, by: 512) where Bool.random(using: &random) {
          let sector = start..<min(start + 512, written.count)
          if left.count < sector.upperBound { left.append(Data(count: sector.upperBound - left.count)) }
          left.replaceSubrange(sector, with: written[sector])
        }
        try left.write(to: URL(fileURLWithPath: path))
        try left.write(to: URL(fileURLWithPath: path + ".kept"))
      }
      try? FileManager.default.removeItem(atPath: data + "/incidents.db-shm")
    }

    private static func compile(in directory: WorkingDirectory) async throws -> String {
      let source = try directory.write(source, to: "power-loss.c")
      let library = directory.path("power-loss.so")
      let compiler = try ChildProcess(
        .init(
          name: "cc", program: try Checkout.systemProgram("/usr/bin/cc"),
          arguments: ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"],
          environment: ["PATH": "/usr/bin:/bin"], directory: directory.path))
      try await waitUntil("the library is compiled", within: .seconds(30)) { compiler.ending != nil }
      try #require(compiler.ending == .exited(status: 0), "\(compiler.logTail())")
      return library
    }

    private static func token(_ name: String, _ data: String) throws -> String {
      try String(contentsOfFile: "\(data)/tokens/\(name)", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
