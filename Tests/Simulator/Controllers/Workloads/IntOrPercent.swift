/// A number or a percentage, as maxSurge, maxUnavailable and minAvailable have it.
enum IntOrPercent {
  /// The number that is meant of a total; 0 for what is neither.
  static func resolve(_ value: JSONValue?, of total: Int, roundingUp: Bool) -> Int {
    if let integer = value?.integer { return integer }
    let text = value?.string ?? ""
    guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return Int(text) ?? 0 }
    return roundingUp ? (total * percent + 99) / 100 : total * percent / 100
  }
}
