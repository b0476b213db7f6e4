import Foundation
import Pipeline
import Support
import Testing
import Wire

@testable import Clients

@Suite("What comes from outside may be anything")
struct MutationTests {
  /// A million take a minute in a release build.
  static let count = 100_000
  private static let parts = 4

  private static let answers: [String] = [
    completion(
      #"[{"id":"c","type":"function","function":{"name":"escalate","arguments":"{\"confidence\":0.9,\"reasoning\":\"pod-1\"}"}}]"#
    ),
    completion(
      #"[{"id":"c","type":"function","function":{"name":"rollback_deployment","arguments":"{\"target\":\"shop/Deployment/checkout\",\"parameters\":\"revision=7\",\"confidence\":0.9,\"reasoning\":\"r\"}"}}]"#
    ),
    #"{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{\"action\":\"restart_deployment\",\"target\":\"shop/Deployment/checkout\",\"confidence\":1,\"reasoning\":\"x\"}"}}]}"#,
  ]

  private static func completion(_ calls: String) -> String {
    #"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":"#
      + calls + #"}}],"usage":{"prompt_tokens":1200,"completion_tokens":80,"total_tokens":1280}}"#
  }

  @Test("Nothing is chosen that was not offered, whatever the model answers", arguments: 0..<parts)
  func model(part: Int) async throws {
    let candidates = ModelQuestions.checkout().candidates
    let offer = Offer(candidates)
    let ids = Set(candidates.map(\.id))
    var mutation = Mutation(seed: UInt64(part + 1))
    var chosen = 0
    for number in 0..<(Self.count / Self.parts) {
      // Tests beside this one wait for their deadlines on the same two threads.
      if number % 50 == 0 { await Task.yield() }
      let bytes = mutation.of(Array(Self.answers[number % Self.answers.count].utf8))
      guard let completion = try? JSONDecoder().decode(ChatCompletion.self, from: Data(bytes)),
        let choice = try? completion.choice(of: offer)
      else { continue }
      chosen += 1
      let usage = completion.usage?.charged(at: ModelPrice(prompt: 0.15, completion: 0.6))
      let isSound =
        ids.contains(choice.id) && (0...1).contains(choice.confidence) && (1...600).contains(choice.reasoning.count)
        && (usage.map { $0.tokens >= 0 && $0.microdollars >= 0 } ?? true)
      #expect(isSound, "\(String(decoding: bytes, as: UTF8.self))")
    }
    // Otherwise the mutations would be no more than noise.
    #expect(chosen > Self.count / Self.parts / 100)
  }

  private static let webhook = #"""
    {"version":"4","groupKey":"{}:{alertname=\"A\"}","truncatedAlerts":0,"status":"firing","receiver":"ai-sre","groupLabels":{"alertname":"A"},
    "commonLabels":{},"commonAnnotations":{},"externalURL":"http://am:9093","alerts":[{"status":"firing","labels":{"alertname":"KubePodCrashLooping",
    "namespace":"shop","pod":"checkout-6c9f-abcde","severity":"critical"},"annotations":{"description":"It crashes."},
    "startsAt":"2026-11-22T09:55:00.123Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"f1"},
    {"status":"resolved","labels":{"alertname":"B","namespace":"bank"},"annotations":{},"startsAt":"2026-11-22T09:55:00Z",
    "endsAt":"2026-11-22T09:59:00Z","generatorURL":"","fingerprint":"f2"}]}
    """#

  @Test("A webhook's body is taken as alerts or refused, whatever it is", arguments: 0..<parts)
  func alerts(part: Int) async {
    var mutation = Mutation(seed: UInt64(part + 100))
    let body = Array(Self.webhook.utf8)
    var taken = 0
    for number in 0..<(Self.count / Self.parts) {
      if number % 50 == 0 { await Task.yield() }
      let bytes = mutation.of(body)
      guard let webhook = try? AlertmanagerWebhook(parsing: bytes) else { continue }
      taken += 1
      let delivery = AlertDelivery.of(webhook, inventories: [:]).delivery
      #expect(delivery.firing.count + delivery.resolved.count <= webhook.alerts.count)
    }
    #expect(taken > Self.count / Self.parts / 100)
  }
}
