import Crypto
import Wire

/// What stays with a command whose answer was evidence.
struct GatheredResult: Encodable {
  let command: String
  let finishedAt: Timestamp
  let facts: Int
  /// SHA-256 over the bundle's canonical JSON, in lower-case hexadecimal.
  let evidenceDigest: String

  init(_ result: CommandResult, _ evidence: Evidence) throws {
    command = result.command
    finishedAt = result.finishedAt
    facts = evidence.facts.count
    let digest = SHA256.hash(data: try CanonicalJSON.bytes(of: evidence))
    evidenceDigest = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
