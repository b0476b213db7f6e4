import Foundation
import HTTP
import Pipeline
import Store
import Testing
import Wire

@Suite("POST /webhook")
struct WebhookTests {
  static func body(fingerprint: String = "f1", status: String = "firing", namespace: String = "shop") -> String {
    """
    {"version":"4","groupKey":"{}","receiver":"r","status":"\(status)","alerts":[{"status":"\(status)","labels":{"alertname":\
    "PodCrashLoopBackOff","namespace":"\(namespace)","pod":"checkout-1","severity":"critical"},"annotations":{"description":"d"},\
    "startsAt":"2026-11-22T10:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"\(fingerprint)"}]}
    """
  }

  private struct Receipt: Decodable { let alerts: Int, incidents: [Int64] }

  @Test("answers 200 for what is then in the database, and makes one incident of the same alert posted twice")
  func taken() async throws {
    try await TestControlPlane.run { plane in
      for _ in 0..<2 {
        let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: Self.body())
        #expect(answer.status == 200)
        #expect(try answer.decode(Receipt.self).alerts == 1)
      }
      let list = try await plane.call(.get, "/incidents")
      let count = list.text.components(separatedBy: "\"alert_name\"").count - 1
      #expect(count == 1)
      #expect(list.text.contains("\"state\":\"gathering\""))
    }
  }

  @Test(
    "is for the webhook's own token only",
    arguments: [nil, "wrong", TestControlPlane.consoleToken, TestControlPlane.metricsToken])
  func token(token: String?) async throws {
    try await TestControlPlane.run { plane in
      let answer = try await plane.call(.post, "/webhook", token: token, json: Self.body())
      #expect(answer.status == 401)
    }
  }

  @Test(
    "says what is wrong with what is not a webhook",
    arguments: [("{", "not JSON"), ("{\"version\":\"4\"}", "alerts is missing"), ("[]", "wrong type")])
  func refused(body: String, reason: String) async throws {
    try await TestControlPlane.run { plane in
      let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: body)
      #expect(answer.status == 400)
      #expect(answer.text.contains(reason))
    }
  }

  @Test("answers 503, so that Alertmanager posts again, when the database cannot take it")
  func unavailable() async throws {
    try await TestControlPlane.run { plane in
      try await plane.store.close()
      let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: Self.body())
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == "5")
    }
  }

  @Test("takes a body of many megabytes, since a 413 would lose alerts")
  func large() async throws {
    let one = Self.body().components(separatedBy: "\"alerts\":[")[1].dropLast(2)
    let alerts = (0..<200).map { one.replacing("\"f1\"", with: "\"f\($0)\"") }
    let padding = String(repeating: " ", count: 20 * 1024 * 1024)
    let body = "{\"version\":\"4\",\"alerts\":[" + alerts.joined(separator: ",") + "]" + padding + "}"
    try await TestControlPlane.run { plane in
      let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: body)
      #expect(answer.status == 200)
      #expect(try answer.decode(Receipt.self).alerts == 200)
      let timeline = try await plane.store.timeline(of: 1, after: 0, limit: 100)
      #expect(timeline.contains { $0.entry.summary == "199 more alerts joined: PodCrashLoopBackOff" })
    }
  }

  @Test("refuses what is larger than any webhook, and says so")
  func tooLarge() async throws {
    let body = String(repeating: " ", count: 32 * 1024 * 1024 + 1)
    try await TestControlPlane.run { plane in
      let answer = try await plane.call(.post, "/webhook", token: TestControlPlane.webhookToken, json: body)
      #expect(answer.status == 413)
    }
  }
}
