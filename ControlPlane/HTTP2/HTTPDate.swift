import Glibc

/// The `Date` field of RFC 9110 section 5.6.7, without Foundation.
enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The time in whole seconds since 1970, UTC.
  static func secondsNow() -> Int { time(nil) }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` for seconds since 1970; times before 1970 read as 1970.
  static func format(_ seconds: Int) -> String {
    let seconds = max(0, seconds)
    let (day, second) = (seconds / 86_400, seconds % 86_400)
    let date = civil(day)
    let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    return "\(days[day % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) \(clock) GMT"
  }

  /// The Gregorian date of a day since 1970, by Howard Hinnant's `civil_from_days`.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fifth = (5 * dayOfYear + 2) / 153
    let month = fifth < 10 ? fifth + 3 : fifth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * fifth + 2) / 5 + 1)
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// The formatted date, made once a second. One per event loop: no lock.
struct HTTPDateCache {
  private var second = -1
  private var text = ""

  mutating func now() -> String {
    let current = HTTPDate.secondsNow()
    if current != second {
      second = current
      text = HTTPDate.format(current)
    }
    return text
  }
}
