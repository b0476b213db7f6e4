import Foundation
import Pipeline
import Replay
import Simulator
import Synchronization
import Testing

/// The same trouble under other names must be found again, among other troubles under the same alert: shown beside plain word hashing of
/// the text that the model reads, into as many numbers.
@Suite("Precedents are found by the kind of trouble", .enabled(if: PublicScenarios.areThere))
struct RecallTests {
  /// Files that tell of one trouble; what differs is what else holds there (a freeze, GitOps, a second Alertmanager, an older kill).
  private static let sameTrouble: [Set<String>] = [
    ["image-tag-typo-new-revision", "hyg-freeze-annotation", "hyg-gitops-argocd"],
    ["crash-bad-env-new-revision", "crash-bad-env-single-revision", "hyg-ha-duplicate"],
    ["plain-oom-recent", "hyg-oom-sticky-reason"],
  ]

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one == other || sameTrouble.contains { $0.contains(one) && $0.contains(other) }
  }

  private struct Sight {
    let id: String
    let embedding: Embedding
    let words: [Float]
  }

  /// Sees a scenario as the decision does, with the alert's name made the same for all: it must not help.
  private static func sight(of file: String, renamed: Bool) async throws -> Sight? {
    var text = try String(contentsOfFile: file, encoding: .utf8)
    if renamed { text = OtherOccasion.of(text) }
    text = text.replacing(/"alertname":\s*"[^"]*"/, with: #""alertname": "PodTrouble""#)
    let document = try Scenario(JSONValue(parsing: Data(text.utf8)), name: "recall")
    let (spy, model) = (SpyIndex(), SpyModel())
    var configuration = Replay.Configuration()
    configuration.memory = spy
    configuration.model = model
    _ = try await Replay(configuration).run(document.situation)
    guard let embedding = spy.asked.withLock({ $0.first }), let situation = model.asked.withLock({ $0.first }) else { return nil }
    return Sight(
      id: URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent, embedding: embedding,
      words: WordHashing.vector(of: situation))
  }

  @Test("Recall on the public scenarios, renamed, beside plain word hashing")
  func recall() async throws {
    var (originals, variants): ([Sight], [Sight]) = ([], [])
    for file in PublicScenarios.files {
      guard let original = try await Self.sight(of: file, renamed: false),
        let variant = try await Self.sight(of: file, renamed: true)
      else { continue }
      originals.append(original)
      variants.append(variant)
    }
    let ours = Recall(originals, variants, { $0.embedding.similarity(to: $1.embedding) }, least: PrecedentMemory.nearness)
    let words = Recall(originals, variants, { WordHashing.cosine($0.words, $1.words) }, least: PrecedentMemory.nearness)
    print("\(originals.count) scenarios, each looked for under other names, all under one alert")
    print("                 found first   same: least, median   others: most, median   taken for the same")
    print("embedding        \(ours.line)")
    print("word hashing     \(words.line)")
    print(ours.confusions.joined(separator: "\n"))
    #expect(originals.count >= 20)
    #expect(ours.first == originals.count)
    #expect(ours.sameLeast >= PrecedentMemory.nearness)
    #expect(ours.taken * 100 <= ours.others.count)
    #expect(ours.othersMedian < words.othersMedian)
  }

  private struct Recall {
    let total: Int
    let first: Int
    let same: [Float]
    let others: [Float]
    let taken: Int
    let confusions: [String]

    init(_ originals: [Sight], _ variants: [Sight], _ similarity: (Sight, Sight) -> Float, least: Float) {
      var (first, same, others, confusions): (Int, [Float], [Float], [String]) = (0, [], [], [])
      for variant in variants {
        let scores = originals.map { ($0.id, similarity($0, variant)) }
        if let best = scores.max(by: { $0.1 < $1.1 })?.0, isSame(best, variant.id) { first += 1 }
        same += scores.filter { $0.0 == variant.id }.map(\.1)
        others += scores.filter { !isSame($0.0, variant.id) }.map(\.1)
        confusions += scores.filter { !isSame($0.0, variant.id) && $0.1 >= least }.map { "  \(variant.id) ~ \($0.0) \($0.1)" }
      }
      (total, self.first, self.same, self.others) = (variants.count, first, same.sorted(), others.sorted())
      taken = confusions.count
      self.confusions = confusions
    }

    var sameLeast: Float { same.first ?? 0 }
    var othersMedian: Float { others[others.count / 2] }

    var line: String {
      func two(_ value: Float?) -> String { String(format: "%.2f", value ?? 0) }
      return "\(first) of \(total)       \(two(same.first)), \(two(same[same.count / 2]))             "
        + "\(two(others.last)), \(two(others[others.count / 2]))              \(taken) of \(others.count)"
    }
  }
}

/// The same situation on another day: pods, ids, addresses and times are others.
private enum OtherOccasion {
  static func of(_ text: String) -> String {
    var text = text
    // Pods of Deployments, and the ReplicaSets' hashes in them.
    text = text.replacing(/-([0-9a-f]{7,10})(-[a-z0-9]{5})?\b/) { match in
      "-" + rotated(match.1) + (match.2.map { "-" + rotated($0.dropFirst()) } ?? "")
    }
    text = text.replacing(/\b10\.(\d+)\.(\d+)\.(\d+)\b/) {
      "10.\((Int($0.1) ?? 0) ^ 9).\((Int($0.2) ?? 0) ^ 5).\((Int($0.3) ?? 0) ^ 3)"
    }
    text = text.replacing(/\b2026-11-/, with: "2027-02-")
    text = text.replacing(/"uid":\s*"([^"]*)"/) { "\"uid\": \"z\($0.1)\"" }
    return text
  }

  /// Each letter and digit by another of its kind.
  private static func rotated(_ text: Substring) -> String {
    String(
      text.unicodeScalars.map { scalar in
        switch scalar {
        case "0"..."8", "a"..."e", "g"..."y": Character(Unicode.Scalar(scalar.value + 1) ?? scalar)
        case "9": "0"
        case "f": "a"
        case "z": "g"
        default: Character(scalar)
        }
      })
  }
}

/// Each word adds to one number, by its hash: what an embedding without knowledge of the field would be.
private enum WordHashing {
  static func vector(of text: String) -> [Float] {
    var vector = [Float](repeating: 0, count: 48)
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      let hash = word.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
      vector[Int(hash % 48)] += hash & 1 << 40 == 0 ? 1 : -1
    }
    return vector
  }

  static func cosine(_ left: [Float], _ right: [Float]) -> Float {
    func dot(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(left, right) / max(1e-6, (dot(left, left) * dot(right, right)).squareRoot())
  }
}

private final class SpyIndex: PrecedentIndex {
  let asked = Mutex<[Embedding]>([])

  func remember(_ incidents: [RememberedIncident]) async throws(MemoryError) {}
  func nearest(
    to embedding: Embedding, of team: String, atLeast similarity: Float, limit: Int
  ) async throws(MemoryError) -> [Recollection] {
    asked.withLock { $0.append(embedding) }
    return []
  }
  func count() async throws(MemoryError) -> Int { 0 }
  func forgetAll() async throws(MemoryError) {}
}

private final class SpyModel: DecisionModel {
  let asked = Mutex<[String]>([])

  func choose(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer {
    asked.withLock { $0.append(question.situation) }
    throw .timedOut
  }
}
