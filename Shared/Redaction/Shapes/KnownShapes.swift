/// Keys that are recognised by their look alone, whatever stands around them.
enum KnownShapes {
  static func find(in text: Bytes, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      if let end = end(at: index, in: text) {
        found.add(index..<end)
        index = end
      } else {
        index += 1
      }
    }
  }

  private static func end(at index: Int, in text: Bytes) -> Int? {
    let candidates = byFirstByte[Int(text[index])]
    guard !candidates.isEmpty, !isInsideWord(index, text) else { return nil }
    for shape in candidates {
      if let end = shape.end(at: index, in: text) { return end }
    }
    return nil
  }

  /// A token begins where a word begins. The letter of an escape such as `\n` and the two digits of a percent-encoded byte are
  /// no word.
  private static func isInsideWord(_ index: Int, _ text: Bytes) -> Bool {
    guard text[index].isWord, text[index - 1].isWord else { return false }
    if text[index - 2] == UInt8(ascii: "\\") { return false }
    return !(text[index - 3] == UInt8(ascii: "%") && text[index - 2].isHex && text[index - 1].isHex)
  }

  private static let byFirstByte: [[TokenShape]] = {
    var table = [[TokenShape]](repeating: [], count: 256)
    for shape in TokenShape.all { table[Int(shape.prefix.utf8Start.pointee)].append(shape) }
    return table
  }()
}
