import Foundation

/// Spoils bytes in the ways in which bytes get spoiled: cut, flipped, doubled, moved, and with what parsers stumble over put in.
struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  private mutating func next(_ limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % max(1, limit)
  }

  mutating func of(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(3) { step(&bytes) }
    return bytes
  }

  private mutating func step(_ bytes: inout [UInt8]) {
    let place = next(bytes.count)
    guard !bytes.isEmpty else { return bytes = Array(Self.tokens[next(Self.tokens.count)].utf8) }
    switch next(8) {
    case 0: bytes[place] ^= 1 << UInt8(next(8))
    case 1: bytes[place] = UInt8(next(256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(40)))
    case 3: bytes.removeLast(bytes.count - place)
    case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + next(60))], at: next(bytes.count))
    case 5: bytes.insert(contentsOf: Array(Self.tokens[next(Self.tokens.count)].utf8), at: place)
    default: swapWord(&bytes, at: place)
    }
  }

  /// One value for another: what keeps the form and changes the meaning.
  private mutating func swapWord(_ bytes: inout [UInt8], at place: Int) {
    let quote = UInt8(ascii: "\"")
    guard let open = bytes[place...].firstIndex(of: quote), let close = bytes[(open + 1)...].firstIndex(of: quote) else { return }
    bytes.replaceSubrange((open + 1)..<close, with: Array(Self.words[next(Self.words.count)].utf8))
  }

  private static let tokens = [
    "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "true", "-0", "1e999", "NaN", "99999999999999999999",
    "\u{0}",
    "\u{feff}", String(repeating: "[", count: 600), String(repeating: "\\\"", count: 30), "\n", "é", "𝄞",
  ]

  private static let words = [
    "", "delete_deployment", "restart_deployment", "kube-system/Deployment/coredns", "escalate", "wait", "1", "tool_calls",
    "length",
    "firing", "resolved", "action", "target", "4", "2026-11-22T10:00:00Z", "../../etc/passwd", "$(reboot)", "\\u0000",
  ]
}
