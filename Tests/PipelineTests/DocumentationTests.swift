import Foundation
import Testing

@testable import Pipeline

@Suite("The documentation of the rules and runbooks")
struct DocumentationTests {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy/docs/runbooks.md")

  @Test("has the table of the rules as the code has them")
  func rules() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let begin = try #require(text.range(of: "<!-- policy table: begin -->\n"))
    let end = try #require(text.range(of: "<!-- policy table: end -->"))
    #expect(String(text[begin.upperBound..<end.lowerBound]) == Policy.table)
  }

  @Test("has every runbook in its table, in their order")
  func runbooks() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
      $0.split(separator: "`").dropFirst().first.map(String.init)
    }
    #expect(Array(rows.prefix(Runbooks.all.count)) == Runbooks.all.map(\.name))
  }
}
