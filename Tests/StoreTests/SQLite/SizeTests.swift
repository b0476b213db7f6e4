import GRDB
import Pipeline
import struct Simulator.SeededGenerator
import Testing
import Wire

@testable import Store

@Suite("The size of the database")
struct SizeTests {
  /// Bytes per incident, the design's budget.
  private static let budget = 16 * 1024

  @Test("An incident from alert to fix, with a large bundle of evidence, takes at most 16 KB")
  func perIncident() async throws {
    try await TemporaryStore.opened { store, files in
      func size() throws -> Int {
        try files.sql { db in
          try (Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0) * (Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
      }
      let empty = try size()
      let incidents = 12
      var evidenceSize = 0
      for index in 0..<incidents {
        let workload = WorkloadName(kind: "Deployment", name: "checkout-\(index)")
        var walk = try await Walk(store, Situation.opening("f\(index)", workload: workload))
        let evidence = Self.large(walk.evidence, seed: UInt64(index))
        evidenceSize = try CanonicalJSON.bytes(of: evidence).count
        try await walk.answer(.gather, .evidence(evidence))
        try await walk.decide()
        try await walk.act()
        try await walk.observe()
        #expect(walk.incident.state == .resolved)
      }
      let each = try (size() - empty) / incidents
      #expect(evidenceSize > 24 * 1024)
      #expect(each <= Self.budget, "\(each) bytes with \(evidenceSize) bytes of evidence")
    }
  }

  /// A dozen pods, each with its log and its event: what agents send of a workload in trouble, and more.
  private static func large(_ evidence: Evidence, seed: UInt64) -> Evidence {
    var random = SeededGenerator(seed: seed)
    var facts = evidence.facts
    for pod in 0..<12 {
      let name = "checkout-6c9f8d7b5-" + random.hexadecimal.prefix(5)
      facts.append(
        Fact(
          id: "log-\(pod + 10)", source: "GET pods/\(name)/log",
          body: .log(LogFact(pod: name, container: "app", previous: false, lines: (0..<20).map { line(&random, $0) }))))
      facts.append(
        Fact(
          id: "event-\(pod)", source: "GET events",
          body: .event(
            EventFact(
              object: "Pod/\(name)", type: "Warning", reason: "BackOff", message: "Back-off restarting failed container",
              count: Int(random.next() % 90), firstSeen: evidence.gatheredAt, lastSeen: evidence.gatheredAt))))
    }
    return Evidence(namespace: evidence.namespace, gatheredAt: evidence.gatheredAt, facts: facts, omissions: [])
  }

  private static func line(_ random: inout SeededGenerator, _ index: Int) -> String {
    let texts = [
      "INFO request handled path=/api/v1/orders status=200", "WARN retrying connection to postgres:5432",
      "ERROR order could not be stored: connection refused", "DEBUG cache miss for key customer", "INFO health probe answered",
    ]
    return "2027-01-15T08:00:\(10 + index).\(random.next() % 1000)Z \(texts[Int(random.next() % 5)]) trace=\(random.hexadecimal)"
  }
}

extension SeededGenerator {
  fileprivate var hexadecimal: String {
    mutating get { String(next(), radix: 16) }
  }
}
