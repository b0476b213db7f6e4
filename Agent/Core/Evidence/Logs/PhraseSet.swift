/// Finds any of some phrases in a text in one pass over its bytes. Pure.
struct PhraseSet: Sendable {
  private let byFirst: [UInt8: [[UInt8]]]

  /// - Parameter phrases: in lower case and ASCII.
  init(_ phrases: [String]) {
    byFirst = Dictionary(grouping: phrases.map { Array($0.utf8) }.filter { !$0.isEmpty }) { $0[0] }
  }

  /// - Parameter text: in lower case.
  func matches(_ text: [UInt8]) -> Bool {
    for index in text.indices {
      guard let phrases = byFirst[text[index]] else { continue }
      if phrases.contains(where: { text[index...].starts(with: $0) }) { return true }
    }
    return false
  }

  /// The text with every phrase made blank, so that `0 errors` does not speak of errors.
  func blanked(_ text: [UInt8]) -> [UInt8] {
    var text = text
    for index in text.indices {
      guard let phrases = byFirst[text[index]], let phrase = phrases.first(where: { text[index...].starts(with: $0) }) else {
        continue
      }
      for offset in phrase.indices { text[index + offset] = UInt8(ascii: " ") }
    }
    return text
  }
}

extension [UInt8] {
  /// ASCII letters in lower case, the rest as it is.
  init(lowercased text: String) {
    self = text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }
}
