import HTTP
import Testing

@testable import Simulator

extension ContractPlayer {
  /// The objects that are there when a watch begins.
  static func initial(_ events: [JSONValue], _ exchange: RecordedExchange) -> [JSONValue] {
    events.prefix(initialCount(events, exchange)).compactMap { $0["object"] }.filter { $0["kind"]?.string != "Status" }
  }

  private static func initialCount(_ events: [JSONValue], _ exchange: RecordedExchange) -> Int {
    let marks = events.firstIndex { $0[path: "object", "metadata", "annotations", "k8s.io/initial-events-end"] != nil }
    if let marks { return marks }
    let version = exchange.query["resourceVersion"] ?? ""
    let starts = exchange.query["sendInitialEvents"].map { $0 == "true" } ?? (version.isEmpty || version == "0")
    return starts ? events.count : 0
  }

  /// The objects that must be there for the first change to be one.
  static func changed(_ events: [JSONValue]) -> [JSONValue] {
    var seen: Set<String> = []
    return events.compactMap { event in
      guard let object = event["object"], object["kind"]?.string != "Status", event["type"] != "BOOKMARK" else { return nil }
      let isFirst = seen.insert("\(object.namespace)/\(object.name)").inserted
      return isFirst && event["type"] != "ADDED" ? object : nil
    }
  }

  /// Opens the recorded watch, makes the changes that it saw, and holds its lines against the recorded ones.
  mutating func playWatch(_ exchange: RecordedExchange, _ rule: ContractRule) async throws {
    let events = exchange.events ?? []
    var request = try await request(for: exchange)
    let hasBookmarks = events.contains { $0["type"] == "BOOKMARK" && !Self.endsInitialEvents($0) }
    request.target = request.target.replacing(
      /timeoutSeconds=\d+/, with: "timeoutSeconds=\((hasBookmarks ? 3 : 2) + events.count / 8)")
    if !request.target.contains("timeoutSeconds") { request.target += "&timeoutSeconds=2" }
    let response = try await server.open(request)
    #expect(response.status == exchange.status, "\(exchange.identity)")
    #expect(response.headers["Content-Type"] == exchange.responseHeaders["Content-Type"]?.string, "\(exchange.identity)")
    try await rule.afterOpening?(server)
    let initial = Self.initialCount(events, exchange)
    for event in events.dropFirst(initial) { try await perform(event, exchange) }
    var lines: [JSONValue] = []
    for try await line in response.body.lines(limit: 8 << 20) { lines.append(try JSONValue(parsing: line)) }
    if hasBookmarks {
      #expect(lines.contains { $0["type"] == "BOOKMARK" && !Self.endsInitialEvents($0) }, "\(exchange.identity): no bookmark")
    }
    let expected = events.filter { $0["type"] != "BOOKMARK" || Self.endsInitialEvents($0) }
    let found = lines.filter { $0["type"] != "BOOKMARK" || Self.endsInitialEvents($0) }
    let types: ([JSONValue]) -> [String] = { $0.map { $0["type"]?.string ?? "" } }
    #expect(types(found) == types(expected), "\(exchange.identity)")
    guard types(found) == types(expected) else { return }
    // Objects that are there from the start come in no particular order.
    let byName: (JSONValue, JSONValue) -> Bool = { ($0["object"]?.name ?? "") < ($1["object"]?.name ?? "") }
    let sorted: ([JSONValue]) -> [JSONValue] = { Array($0.prefix(initial).sorted(by: byName) + $0.dropFirst(initial)) }
    for (recorded, line) in zip(sorted(expected), sorted(found)) {
      compare(exchange, recorded["object"] ?? .null, line["object"] ?? .null, rule)
    }
  }

  private static func endsInitialEvents(_ event: JSONValue) -> Bool {
    event[path: "object", "metadata", "annotations", "k8s.io/initial-events-end"] != nil
  }

  private mutating func perform(_ event: JSONValue, _ exchange: RecordedExchange) async throws {
    guard var object = event["object"], object["kind"]?.string != "Status" else { return }
    switch event["type"]?.string {
    case "ADDED", "MODIFIED": _ = try await server.prepare([object], removing: [])
    case "DELETED":
      let leaves = exchange.target.contains("elector=") && object["metadata"]?["deletionTimestamp"] == nil
      guard leaves else {
        _ = try await server.prepare([], removing: [object])
        return
      }
      object["metadata"]?["labels"] = ["left": "yes"]
      if exchange.target.contains("status.phase") { object["status"]?["phase"] = "Running" }
      _ = try await server.prepare([object], removing: [])
    default: return
    }
  }
}
