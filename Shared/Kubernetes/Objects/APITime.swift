/// A moment as Kubernetes writes it: RFC 3339 with up to nanoseconds (`metav1.Time` has seconds, `MicroTime` microseconds).
public struct APITime: Sendable, Hashable, Comparable {
  public let secondsSince1970: Int64
  /// 0 ..< 1,000,000,000, counted forward from the second.
  public let nanoseconds: Int32

  public init(secondsSince1970: Int64, nanoseconds: Int32 = 0) {
    self.secondsSince1970 = secondsSince1970
    self.nanoseconds = nanoseconds
  }

  public init(millisecondsSince1970 milliseconds: Int64) {
    let rest = ((milliseconds % 1000) + 1000) % 1000
    self.init(secondsSince1970: (milliseconds - rest) / 1000, nanoseconds: Int32(rest) * 1_000_000)
  }

  public var millisecondsSince1970: Int64 { secondsSince1970 * 1000 + Int64(nanoseconds / 1_000_000) }

  public static func < (left: APITime, right: APITime) -> Bool {
    (left.secondsSince1970, left.nanoseconds) < (right.secondsSince1970, right.nanoseconds)
  }

  /// The time from `earlier` to this one; negative when `earlier` is later.
  public func elapsed(since earlier: APITime) -> Duration {
    .seconds(secondsSince1970 - earlier.secondsSince1970) + .nanoseconds(Int64(nanoseconds) - Int64(earlier.nanoseconds))
  }
}

extension APITime {
  /// Reads RFC 3339; `nil` when the text is anything else.
  public init?(rfc3339 text: String) {
    var digits = Substring(text).utf8
    func number(_ length: Int) -> Int64? {
      guard digits.count >= length, digits.prefix(length).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      defer { digits = digits.dropFirst(length) }
      return digits.prefix(length).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    func mark(_ allowed: String) -> Bool {
      guard let first = digits.first, allowed.utf8.contains(first) else { return false }
      digits = digits.dropFirst()
      return true
    }
    guard let year = number(4), mark("-"), let month = number(2), mark("-"), let day = number(2), mark("Tt "),
      let hour = number(2), mark(":"), let minute = number(2), mark(":"), let second = number(2),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var nanoseconds: Int64 = 0
    if mark(".") {
      let fraction = digits.prefix { (0x30...0x39).contains($0) }
      guard (1...9).contains(fraction.count), let value = number(fraction.count) else { return nil }
      nanoseconds = value
      for _ in fraction.count..<9 { nanoseconds *= 10 }
    }
    var offset: Int64 = 0
    if !mark("Zz") {
      let isEast = digits.first == UInt8(ascii: "+")
      guard mark("+-"), let hours = number(2), mark(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
      offset = (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
    }
    guard digits.isEmpty else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    self.init(
      secondsSince1970: days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: Int32(nanoseconds))
  }

  /// RFC 3339 in UTC with whole seconds, the form of `metav1.Time`.
  public var rfc3339: String {
    let days = secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : (secondsSince1970 - 86_399) / 86_400
    let rest = secondsSince1970 - days * 86_400
    let (year, month, day) = Self.date(daysSince1970: days)
    func padded(_ value: Int64, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    return "\(date)T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
  }

  /// Howard Hinnant's `days_from_civil`: the proleptic Gregorian calendar by integer arithmetic.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }
}

extension APITime: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = APITime(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
    }
    self = value
  }
}
