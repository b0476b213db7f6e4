/// Finds many phrases in a text in one pass over its bytes.
struct PhraseTrie: Sendable {
  /// Where a phrase was found, in bytes.
  struct Place: Sendable, Hashable {
    let firstEnd: Int
    var lastStart: Int
  }

  /// Column of a byte; 0 for one that is in no phrase.
  private var columns = [UInt8](repeating: 0, count: 256)
  private let width: Int
  /// Node behind a node and a column; 0 for none.
  private var nodes: [Int32]
  /// The phrase that ends at a node, counted from 1; 0 for none.
  private var ends: [Int32] = [0]

  /// - Parameter phrases: not empty, at most 255 different bytes in all.
  init(_ phrases: [String]) {
    let bytes = Set(phrases.flatMap(\.utf8)).sorted()
    for (index, byte) in bytes.enumerated() { columns[Int(byte)] = UInt8(index + 1) }
    width = bytes.count + 1
    nodes = [Int32](repeating: 0, count: width)
    for (index, phrase) in phrases.enumerated() {
      var node = 0
      for byte in phrase.utf8 { node = step(from: node, over: byte) }
      ends[node] = Int32(index + 1)
    }
  }

  private mutating func step(from node: Int, over byte: UInt8) -> Int {
    let place = node * width + Int(columns[Int(byte)])
    if nodes[place] == 0 {
      nodes[place] = Int32(ends.count)
      ends.append(0)
      nodes.append(contentsOf: repeatElement(0, count: width))
    }
    return Int(nodes[place])
  }

  /// The phrases that are in the text, by their place in the list.
  func places(in text: [UInt8]) -> [Int: Place] {
    var found: [Int: Place] = [:]
    text.withUnsafeBufferPointer { text in
      for start in text.indices {
        var node = 0
        var position = start
        while position < text.count, columns[Int(text[position])] != 0 {
          node = Int(nodes[node * width + Int(columns[Int(text[position])])])
          guard node != 0 else { break }
          position += 1
          guard ends[node] != 0 else { continue }
          found[Int(ends[node]) - 1, default: Place(firstEnd: position, lastStart: start)].lastStart = start
        }
      }
    }
    return found
  }
}
