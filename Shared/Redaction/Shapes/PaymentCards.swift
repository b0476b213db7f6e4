/// Numbers of payment cards: the issuer's first digits, its length, and the check digit (ISO/IEC 7812-1, Luhn). In one run or
/// in groups with single spaces or hyphens in between.
enum PaymentCards {
  static func find(in text: Bytes, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      guard text[index].isDigit else {
        index += 1
        continue
      }
      let (digits, end) = read(from: index, text)
      if isCard(digits), !isPartOfMore(index, end, text) {
        found.add(index..<end)
      }
      index = end
    }
  }

  /// Groups of four (the last may be shorter) or Amex's 4-6-5 belong together; others are separate numbers.
  private static func read(from start: Int, _ text: Bytes) -> (digits: [UInt8], end: Int) {
    var digits: [UInt8] = []
    var end = text.end(of: \.isDigit, from: start, limit: 64)
    digits += text.all[start..<end]
    guard digits.count == 4, text[end] == 0x20 || text[end] == UInt8(ascii: "-") else { return (digits, end) }
    let separator = text[end]
    while text[end] == separator, digits.count < 19 {
      let groupEnd = text.end(of: \.isDigit, from: end + 1, limit: 8)
      guard (2...6).contains(groupEnd - end - 1) else { break }
      digits += text.all[(end + 1)..<groupEnd]
      end = groupEnd
    }
    return (digits, end)
  }

  /// A fraction, a longer identifier, or a part of a UUID.
  private static func isPartOfMore(_ start: Int, _ end: Int, _ text: Bytes) -> Bool {
    let before = text[start - 1]
    let after = text[end]
    if before.isWord || after.isWord || before == UInt8(ascii: ".") || before == UInt8(ascii: "-") { return true }
    return (after == UInt8(ascii: "-") || after == UInt8(ascii: ".")) && text[end + 1].isWord
  }

  private static func isCard(_ digits: [UInt8]) -> Bool {
    guard (14...19).contains(digits.count) else { return false }
    let head = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    let isIssued =
      switch (head, digits.count) {
      case (4000...4999, 16): true
      case (5100...5599, 16), (2221...2720, 16): true
      case (3400...3499, 15), (3700...3799, 15): true
      case (6011, 16), (6440...6599, 16), (3528...3589, 16): true
      case (3000...3059, 14), (3600...3699, 14), (3800...3999, 14): true
      case (6200...6299, 16...19), (8100...8171, 16...19): true
      default: false
      }
    return isIssued && hasCheckDigit(digits)
  }

  private static func hasCheckDigit(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (position, digit) in digits.reversed().enumerated() {
      let value = Int(digit - 0x30)
      sum += position % 2 == 0 ? value : (value * 2 > 9 ? value * 2 - 9 : value * 2)
    }
    return sum % 10 == 0 && Set(digits).count > 1
  }
}
