import Foundation
import HTTP
import Testing

@testable import Simulator

/// One process holds the client and the simulator, so that its memory and descriptors are those of both.
@Suite("Endurance", .serialized)
struct EnduranceTests {
  private static let pods = "/api/v1/namespaces/shop/pods?limit=1"

  private func withConnection(_ body: (SimulatedCluster, ContractConnection) async throws -> Void) async throws {
    try await withCommands { cluster, command in
      let file = try command.file("trusted.pem", try cluster.caCertificate)
      let connection = ContractConnection(url: cluster.url, caFile: file)
      try await body(cluster, connection)
      await connection.close()
    }
  }

  private func send(_ connection: ContractConnection, _ request: ContractRequest, _ token: String) async throws -> Int {
    var request = request
    request.headers.append(("Authorization", "Bearer \(token)"))
    let response = try await connection.open(request)
    _ = try await response.collect(upTo: 1 << 20)
    return response.status
  }

  /// Resident bytes and open descriptors of this process.
  private static func footprint() throws -> (bytes: Int, descriptors: Int) {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    return ((Int(pages[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)), descriptors)
  }

  /// 10,000 take a quarter of a minute of two cores in a debug build, which would starve the other suites' deadlines.
  private static let requests = ProcessInfo.processInfo.environment["ENDURANCE_REQUESTS"].flatMap(Int.init) ?? 3000

  @Test("Thousands of requests one after the other leave memory and descriptors as they were after a fifth of them")
  func sequential() async throws {
    try await withConnection { cluster, connection in
      var settled = try Self.footprint()
      for number in 1...Self.requests {
        let status = try await send(connection, ContractRequest(method: "GET", target: Self.pods), cluster.adminToken)
        #expect(status == 200)
        if number == Self.requests / 5 { settled = try Self.footprint() }
      }
      let end = try Self.footprint()
      // The log of reads fills up to its bound in between; other suites run in the same process.
      #expect(end.bytes - settled.bytes < 48 << 20, "\(settled.bytes >> 20) MiB, then \(end.bytes >> 20) MiB")
      #expect(end.descriptors - settled.descriptors < 64, "\(settled.descriptors), then \(end.descriptors)")
    }
  }

  @Test("A request that asks to close the connection gets its whole answer, a POST too")
  func closing() async throws {
    try await withConnection { cluster, connection in
      let review = #"{"spec": {"token": "x", "audiences": ["a"]}}"#
      for _ in 1...200 {
        var request = ContractRequest(method: "POST", target: "/apis/authentication.k8s.io/v1/tokenreviews")
        request.headers = [("Connection", "close"), ("Content-Type", "application/json")]
        request.body = review
        let status = try await send(connection, request, cluster.adminToken)
        #expect(status == 201)
      }
    }
  }
}
