/// A moment in the simulated cluster, in nanoseconds since 1970 UTC.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public var nanoseconds: Int64

  /// A moment from nanoseconds since 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A moment from seconds since 1970.
  public init(seconds: Double) { nanoseconds = Int64(seconds * 1e9) }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  public static func + (left: Timestamp, seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: left.nanoseconds + Int64((seconds * 1e9).rounded()))
  }

  public static func - (left: Timestamp, seconds: Double) -> Timestamp { left + -seconds }

  /// Seconds from `right` to `left`.
  public static func - (left: Timestamp, right: Timestamp) -> Double {
    Double(left.nanoseconds - right.nanoseconds) / 1e9
  }

  /// Seconds since 1970, rounded down.
  public var seconds: Int64 { nanoseconds.flooringDivision(by: 1_000_000_000) }

  /// `2026-11-22T11:11:15Z`, as metav1.Time is written.
  public var rfc3339: String { dateAndTime + "Z" }

  /// `2026-11-22T11:11:15.380651Z`, as metav1.MicroTime is written.
  public var rfc3339Micro: String { dateAndTime + "." + padded(fraction / 1000, 6) + "Z" }

  /// `2026-11-22T11:11:15.380651000Z`, as a kubelet stamps log lines.
  public var rfc3339Nano: String { dateAndTime + "." + padded(fraction, 9) + "Z" }

  /// `2026-11-22T11:11:15.380Z`, as simulated programs write it in their logs.
  public var rfc3339Milli: String { dateAndTime + "." + padded(fraction / 1_000_000, 3) + "Z" }

  private var fraction: Int64 { nanoseconds - seconds * 1_000_000_000 }

  /// `Sun, 22 Nov 2026 11:11:15 UTC`, as Go's RFC1123 in messages.
  var rfc1123: String {
    let date = CivilDate(days: seconds.flooringDivision(by: 86_400))
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = dateAndTime.split(separator: "T").last ?? ""
    return "\(weekday), \(padded(Int64(date.day), 2)) \(months[date.month - 1]) \(date.year) \(time) UTC"
  }

  private var dateAndTime: String {
    let days = seconds.flooringDivision(by: 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = Self.civil(days: days)
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(rest / 3600, 2) + ":"
      + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2)
  }

  /// Parses RFC 3339 with any number of fraction digits and any offset.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var position = 19
    var fraction: Int64 = 0
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      var scale: Int64 = 100_000_000
      while position < bytes.count, (48...57).contains(bytes[position]) {
        fraction += Int64(bytes[position] - 48) * scale
        scale /= 10
        position += 1
      }
    }
    var offset: Int64 = 0
    guard position < bytes.count else { return nil }
    if bytes[position] | 0x20 == UInt8(ascii: "z") {
      guard position + 1 == bytes.count else { return nil }
    } else {
      guard position + 6 == bytes.count, let hours = number(position + 1..<position + 3),
        let minutes = number(position + 4..<position + 6)
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (bytes[position] == UInt8(ascii: "-") ? -1 : 1)
    }
    let days = Self.days(year: year, month: month, day: day)
    nanoseconds = (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000_000 + fraction
  }

  /// Days since 1970 to a date of the Gregorian calendar, and back (Howard Hinnant, "chrono-Compatible Low-Level Date
  /// Algorithms").
  fileprivate static func civil(days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted.flooringDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooringDivision(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// A day of the Gregorian calendar.
struct CivilDate: Sendable, Equatable {
  let year: Int, month: Int, day: Int
  /// 0 is Sunday.
  let weekday: Int

  /// The day so many days after 1970-01-01.
  init(days: Int64) {
    let (year, month, day) = Timestamp.civil(days: days)
    (self.year, self.month, self.day) = (Int(year), Int(month), Int(day))
    weekday = Int(((days + 4) % 7 + 7) % 7)
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  fileprivate func flooringDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
