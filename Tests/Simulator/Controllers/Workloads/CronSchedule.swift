/// When a CronJob runs: five fields in UTC, as robfig/cron reads them.
struct CronSchedule: Sendable, Equatable {
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let days: Set<Int>
  private let months: Set<Int>
  private let weekdays: Set<Int>
  /// `*` in both day fields: then the other one decides; otherwise one of them is enough.
  private let anyDay: Bool
  private let anyWeekday: Bool

  private static let macros = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// `nil` when the text is no schedule.
  init?(_ text: String) {
    let fields = (Self.macros[text] ?? text).split(separator: " ").map(String.init)
    guard fields.count == 5, let minutes = Self.values(fields[0], 0...59), let hours = Self.values(fields[1], 0...23),
      let days = Self.values(fields[2], 1...31), let months = Self.values(fields[3], 1...12, names: Self.monthNames, first: 1),
      let weekdays = Self.values(fields[4], 0...7, names: Self.dayNames, first: 0)
    else { return nil }
    (self.minutes, self.hours, self.days, self.months) = (minutes, hours, days, months)
    self.weekdays = Set(weekdays.map { $0 % 7 })
    anyDay = ["*", "?"].contains(fields[2].prefix(1))
    anyWeekday = ["*", "?"].contains(fields[4].prefix(1))
  }

  private static func values(_ field: String, _ range: ClosedRange<Int>, names: [String] = [], first: Int = 0) -> Set<Int>? {
    var result: Set<Int> = []
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      guard pieces.count <= 2 else { return nil }
      let step = pieces.count == 2 ? Int(pieces[1]) : 1
      guard let step, step > 0 else { return nil }
      let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      func number(_ text: String) -> Int? {
        Int(text) ?? names.firstIndex(of: text.lowercased()).map { $0 + first }
      }
      var low = range.lowerBound
      var high = range.upperBound
      if pieces[0] != "*", pieces[0] != "?" {
        guard ends.count <= 2, let from = number(ends[0]), let to = ends.count == 2 ? number(ends[1]) : from else { return nil }
        low = from
        // "5/15" means from 5 on.
        high = ends.count == 1 && pieces.count == 2 ? range.upperBound : to
      }
      guard low <= high, range.contains(low), range.contains(high) else { return nil }
      result.formUnion(stride(from: low, through: high, by: step))
    }
    return result.isEmpty ? nil : result
  }

  /// The first moment after the given one; `nil` when there is none within five years.
  func next(after moment: Timestamp) -> Timestamp? {
    let minute: Int64 = 60
    var seconds = (moment.seconds / minute + 1) * minute
    let limit = seconds + 5 * 366 * 86_400
    while seconds < limit {
      let date = CivilDate(days: seconds / 86_400)
      if !months.contains(date.month) || !matches(date) {
        seconds = (seconds / 86_400 + 1) * 86_400
      } else if !hours.contains(Int(seconds / 3600 % 24)) {
        seconds = (seconds / 3600 + 1) * 3600
      } else if !minutes.contains(Int(seconds / 60 % 60)) {
        seconds += 60
      } else {
        return Timestamp(nanoseconds: seconds * 1_000_000_000)
      }
    }
    return nil
  }

  private func matches(_ date: CivilDate) -> Bool {
    let (day, weekday) = (days.contains(date.day), weekdays.contains(date.weekday))
    return anyDay || anyWeekday ? day && weekday : day || weekday
  }
}
