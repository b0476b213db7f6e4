import Testing

@testable import Simulator

/// Comparisons of answers that are larger on a real server.
enum ContractChecks {
  typealias Check = @Sendable (RecordedExchange, ContractAnswer) throws -> Void

  /// Groups that both know look the same.
  static let groupsArePart: Check = { exchange, answer in
    let found = answer.json
    #expect(found["kind"] == exchange.body["kind"])
    for group in found["groups"]?.array ?? [] {
      guard let recorded = exchange.body["groups"]?.array?.first(where: { $0["name"] == group["name"] }) else { continue }
      #expect(Masking.masked(group, ignoring: ["versions"]) == Masking.masked(recorded, ignoring: ["versions"]))
    }
  }

  /// Resources that both know look the same.
  static let resourcesArePart: Check = { exchange, answer in
    for resource in answer.json["resources"]?.array ?? [] {
      let recorded = exchange.body["resources"]?.array?.first { $0["name"] == resource["name"] }
      #expect(recorded != nil, "\(resource["name"]?.text ?? "")")
      guard let recorded else { continue }
      let (expected, found) = (Masking.masked(recorded, ignoring: ["storageVersionHash"]), Masking.masked(resource))
      #expect(found == expected, "\(ContractDifference.text(expected, found))")
    }
  }

  static let aggregatedIsPart: Check = { exchange, answer in
    let recorded = exchange.body["items"]?[0]?["versions"]?[0]?["resources"]?.array ?? []
    for resource in answer.json["items"]?[0]?["versions"]?[0]?["resources"]?.array ?? [] {
      guard let other = recorded.first(where: { $0["resource"] == resource["resource"] }) else { continue }
      let ignored: Set<String> = ["subresources", "storageVersionHash", "serverAddress"]
      let (expected, found) = (Masking.masked(other, ignoring: ignored), Masking.masked(resource, ignoring: ignored))
      #expect(found == expected, "\(ContractDifference.text(expected, found))")
    }
  }

  /// The columns by name, type, format and priority, and the cells of rows that both have; of pods in motion only READY and
  /// STATUS.
  static func table(exactCells: Bool) -> Check {
    { exchange, answer in
      let found = answer.json
      func columns(_ table: JSONValue) -> [JSONValue] {
        (table["columnDefinitions"]?.array ?? []).map { column in
          .array([column["name"] ?? .null, column["type"] ?? .null, column["format"] ?? .null, column["priority"] ?? .null])
        }
      }
      #expect(columns(found) == columns(exchange.body), "\(exchange.identity)")
      for row in found["rows"]?.array ?? [] {
        guard let cells = row["cells"]?.array, cells.count > 2,
          let recorded = exchange.body["rows"]?.array?.first(where: { $0["cells"]?[0] == cells[0] }),
          let expected = recorded["cells"]?.array
        else { continue }
        let (left, right) = (Masking.masked(cells: cells), Masking.masked(cells: expected))
        if exactCells {
          #expect(left == right, "\(exchange.identity)")
        } else {
          #expect(left[1...2] == right[1...2], "\(cells[0])")
        }
        #expect((row["object"] ?? .null).isNull == (recorded["object"] ?? .null).isNull)
      }
    }
  }
}
