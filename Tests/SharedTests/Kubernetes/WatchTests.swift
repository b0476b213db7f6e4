import Testing

@testable import Kubernetes

@Suite("Watch lines as a real API server sends them", .enabled(if: Recordings.arePresent))
struct WatchTests {
  @Test("Every recorded line of pods, Deployments and core events is an event or an expiry")
  func everyLine() throws {
    var count = 0
    for exchange in try Recordings.file("03") where !exchange.lines.isEmpty && !exchange.name.contains("table") {
      for line in exchange.lines {
        let error =
          if exchange.path.contains("/pods") && exchange.name != "metadata-only" {
            self.error(Pod.self, line)
          } else if exchange.path.hasPrefix("/api/v1/") && exchange.path.contains("/events") {
            self.error(Event.self, line)
          } else if exchange.path.contains("/deployments") {
            self.error(Deployment.self, line)
          } else {
            self.error(PartialObjectMetadata.self, line)
          }
        #expect((error != nil) == exchange.name.hasPrefix("too-old"), "\(exchange.name): \(String(describing: error))")
        count += 1
      }
    }
    #expect(count > 120)
  }

  private func error<Object: Resource>(_ type: Object.Type, _ line: [UInt8]) -> KubernetesError? {
    do {
      _ = try WatchEvent<Object>(line: line)
      return nil
    } catch {
      return error
    }
  }

  @Test("The life of pods: added, modified, deleted, and a bookmark at the end")
  func pods() throws {
    let events = try Recordings.exchange("03", "pods").lines.map { try WatchEvent<Pod>(line: $0) }
    guard case .added(let first)? = events.first else { Issue.record("ADDED expected first"); return }
    #expect(first.metadata.name == "w-1")
    #expect(events.contains { if case .deleted = $0 { true } else { false } })
    #expect(events.last == .bookmark(resourceVersion: "503"))
    let versions = events.compactMap { Int($0.resourceVersion) }
    #expect(versions == versions.sorted())
  }

  @Test(
    "An ERROR line with code 410 inside a 200 is Expired",
    arguments: ["too-old-events", "too-old-pods", "too-old-pods-bookmarks"])
  func expired(_ name: String) throws {
    let line = try #require(try Recordings.exchange("03", name).lines.first)
    let error = #expect(throws: KubernetesError.self) { try WatchEvent<Pod>(line: line) }
    guard case .expired(let status)? = error else { Issue.record("\(String(describing: error))"); return }
    #expect(status.code == 410)
    #expect(status.reason == "Expired")
  }

  @Test("A line of an unknown type, a cut line and a line that is no JSON are errors, never silence")
  func malformed() {
    for line in [#"{"type":"SYNC","object":{}}"#, #"{"type":"ADDED","object":{"metadata""#, "hello", "", #"{"type":"ADDED"}"#] {
      #expect(throws: KubernetesError.self, "\(line)") { try WatchEvent<Pod>(line: Array(line.utf8)) }
    }
  }

  @Test("The query asks for bookmarks and a bounded watch, and escapes selectors")
  func query() {
    let options = WatchOptions(labelSelector: "app in (web,worker),!canary", timeout: .seconds(240))
    #expect(
      options.query(from: "487").text
        == "?watch=1&allowWatchBookmarks=true&resourceVersion=487&timeoutSeconds=240"
        + "&labelSelector=app%20in%20%28web%2Cworker%29%2C%21canary"
    )
  }
}
