import Foundation
import Pipeline
import Support
import Testing
import Wire

/// What every index of precedents does; each case gets an empty one.
struct PrecedentIndexCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let run: @Sendable (any PrecedentIndex) async throws -> Void

  init(_ name: String, _ run: @escaping @Sendable (any PrecedentIndex) async throws -> Void) {
    testDescription = name
    self.run = run
  }

  static let all: [PrecedentIndexCase] = [
    .init("Nothing is found where nothing was remembered") { index in
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5)
      #expect(found.isEmpty)
      #expect(try await index.count() == 0)
    },
    .init("What was remembered is found as it was") { index in
      let incident = Memories.incident(1, at: 0)
      try await index.remember([incident])
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0.9, limit: 5)
      let first = try #require(found.first)
      #expect(found.count == 1)
      #expect(abs(first.similarity - 1) < 1e-5)
      #expect(Memories.isSame(first.incident, incident))
    },
    .init("The nearest come first, as many as asked for") { index in
      try await index.remember((0..<40).map { Memories.incident($0, at: Double($0) * 2) })
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5)
      #expect(found.map(\.incident.incident) == [0, 1, 2, 3, 4])
      for (hit, degrees) in zip(found, [0.0, 2, 4, 6, 8]) {
        #expect(abs(hit.similarity - Memories.cosine(degrees)) < 1e-5)
      }
    },
    .init("What is less near than asked for is left out") { index in
      try await index.remember([0, 20, 40, 60, 120].enumerated().map { Memories.incident($0, at: $1) })
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: Memories.cosine(41), limit: 5)
      #expect(found.map(\.incident.incident) == [0, 1, 2])
    },
    .init("A team finds its own alone") { index in
      try await index.remember([
        Memories.incident(1, at: 10, team: "shop"), Memories.incident(2, at: 0, team: "bank"),
        Memories.incident(3, at: 0, team: "group:shop"),
      ])
      for (team, expected) in [("shop", [1]), ("bank", [2]), ("group:shop", [3]), ("cart", []), ("", [])] as [(String, [Int64])] {
        let found = try await index.nearest(to: Memories.point(0), of: team, atLeast: -1, limit: 5)
        #expect(found.map(\.incident.incident) == expected)
      }
    },
    .init("What is remembered again replaces what was") { index in
      try await index.remember([Memories.incident(1, at: 0), Memories.incident(2, at: 30)])
      _ = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5)
      try await index.remember([Memories.incident(1, at: 90, verified: false)])
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5)
      #expect(found.map(\.incident.incident) == [2, 1])
      #expect(found.map(\.incident.verified) == [true, false])
      #expect(try await index.count() == 2)
    },
    .init("What was forgotten is not found, and can be remembered again") { index in
      try await index.remember([Memories.incident(1, at: 0)])
      #expect(try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5).count == 1)
      try await index.forgetAll()
      #expect(try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5).isEmpty)
      try await index.remember([Memories.incident(2, at: 0)])
      #expect(
        try await index.nearest(to: Memories.point(0), of: "shop", atLeast: -1, limit: 5).map(\.incident.incident) == [2])
    },
    .init("Names are kept to the letter, whatever is in them") { index in
      let incident = Memories.incident(1, at: 0, alert: "Größe \"quoted\" \\ ''; DROP TABLE memories; -- 🧨", pod: nil)
      try await index.remember([incident])
      let found = try await index.nearest(to: Memories.point(0), of: "shop", atLeast: 0.9, limit: 1)
      #expect(found.first?.incident.alertName == incident.alertName)
      #expect(found.first?.incident.pod == nil)
    },
    .init("Some hundreds are remembered in one go") { index in
      try await index.remember((0..<1200).map { Memories.incident($0, at: Double($0) / 10) })
      #expect(try await index.count() == 1200)
      let found = try await index.nearest(to: Memories.point(60), of: "shop", atLeast: 0.5, limit: 3)
      #expect(found.first?.incident.incident == 600)
    },
  ]
}

/// Points on a circle in the first two dimensions, by degrees.
enum Memories {
  static func cosine(_ degrees: Double) -> Float { Float(cos(degrees * .pi / 180)) }

  static func point(_ degrees: Double) -> Embedding {
    Embedding([cosine(degrees), cosine(90 - degrees)] + [Float](repeating: 0, count: 46))!
  }

  static func incident(
    _ number: Int, at degrees: Double, team: String = "shop", verified: Bool = true, alert: String = "PodCrashLoopBackOff",
    pod: String? = "checkout-6c9f-abcde"
  ) -> RememberedIncident {
    let digits = String(number)
    let id = "00000000-0000-8000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    return RememberedIncident(
      id: id, incident: Int64(number), embedding: point(degrees), team: team, alertName: alert, namespace: "shop", pod: pod,
      action: .restartDeployment, verified: verified, at: Timestamp(milliseconds: 1_795_341_600_000), decidedBy: "runbooks")
  }

  /// Apart from the last bits of the embedding, which a server may have rounded.
  static func isSame(_ left: RememberedIncident, _ right: RememberedIncident) -> Bool {
    left.id == right.id && left.incident == right.incident && left.team == right.team && left.alertName == right.alertName
      && left.namespace == right.namespace && left.pod == right.pod && left.action == right.action
      && left.verified == right.verified && left.at == right.at && left.decidedBy == right.decidedBy
      && left.embedding.similarity(to: right.embedding) > 0.9999
  }
}
