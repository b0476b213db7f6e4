/// Private keys in PEM (RFC 7468) and its relatives of OpenSSH and PGP, over line breaks, also where a log line's prefix
/// stands before each line or `\n` stands for the break, and where a cut has taken one end away. Certificates and public keys
/// stay.
enum PrivateKeyBlocks {
  /// An RSA key of 16,384 bits has 12 KiB; a longer distance between the two ends means two cut blocks.
  private static let longest = 32 * 1024

  private struct Edge {
    let isBegin: Bool
    let range: Range<Int>
  }

  static func find(in text: Bytes, _ found: inout Findings) {
    let edges = edges(in: text)
    for (position, edge) in edges.enumerated() {
      guard edge.isBegin else {
        if position == 0 || !edges[position - 1].isBegin {
          found.add(startOfKeyLines(before: edge.range.lowerBound, text)..<edge.range.upperBound)
        }
        continue
      }
      let next = position + 1 < edges.count ? edges[position + 1] : nil
      if let next, !next.isBegin, next.range.upperBound - edge.range.lowerBound <= longest {
        found.add(edge.range.lowerBound..<next.range.upperBound)
      } else {
        found.add(edge.range.lowerBound..<endOfKeyLines(from: edge.range.upperBound, text))
      }
    }
  }

  private static func edges(in text: Bytes) -> [Edge] {
    var edges: [Edge] = []
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "-") else {
        index += 1
        continue
      }
      if let end = edge("-----BEGIN ", at: index, text) {
        edges.append(Edge(isBegin: true, range: index..<end))
        index = end
      } else if let end = edge("-----END ", at: index, text) {
        edges.append(Edge(isBegin: false, range: index..<end))
        index = end
      } else {
        index += 1
      }
    }
    return edges
  }

  /// The end of `-----BEGIN … PRIVATE KEY…-----`; nil when it is something else.
  private static func edge(_ opening: StaticString, at index: Int, _ text: Bytes) -> Int? {
    guard text.matches(opening, at: index) else { return nil }
    let start = index + opening.utf8CodeUnitCount
    let end = text.end(of: { $0.isUpper || $0.isDigit || $0 == 0x20 }, from: start, limit: 64)
    let isPrivate = (start..<end).contains { text.matches("PRIVATE KEY", at: $0) }
    return isPrivate && text.matches("-----", at: end) ? end + 5 : nil
  }

  /// Without an end: what follows, as long as it has the look of a key's lines.
  private static func endOfKeyLines(from start: Int, _ text: Bytes) -> Int {
    var index = start
    while true {
      let gap = text.end(of: isGap, from: index, limit: 64)
      let end = text.end(of: isKeyByte, from: gap)
      guard end - gap >= 16 else { return index }
      index = end
    }
  }

  /// The last line of a key may be short, the others are full.
  private static func startOfKeyLines(before end: Int, _ text: Bytes) -> Int {
    var index = end
    var shortest = 4
    while true {
      let gap = text.start(of: isGap, before: index, limit: 64)
      let start = text.start(of: isKeyByte, before: gap)
      guard gap - start >= shortest else { return index }
      index = start
      shortest = 40
    }
  }

  /// Line ends, also as the two characters `\n`: the letter then counts as part of the line, where it does no harm.
  private static func isGap(_ byte: UInt8) -> Bool { byte.isSpace || byte == UInt8(ascii: "\\") }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
  }
}
