import Glibc

/// Nanoseconds of a clock that never goes back, counted from an arbitrary point.
///
/// `CLOCK_MONOTONIC` stands still while the machine sleeps, so that a laptop that wakes up does not fail every request.
struct MonotonicTime: Comparable, Sendable {
  let nanoseconds: Int64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static let distantFuture = MonotonicTime(nanoseconds: .max)

  static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return MonotonicTime(nanoseconds: overflow ? .max : sum)
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Milliseconds from `earlier` until this time, rounded up so that a wait of that length does not end too early.
  func millisecondsRoundedUp(since earlier: MonotonicTime) -> Int64 {
    guard self > earlier else { return 0 }
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflow ? .max : difference / 1_000_000 + (difference % 1_000_000 == 0 ? 0 : 1)
  }
}

extension Duration {
  /// Saturates at about 292 years; below zero counts as zero.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowed) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || overflowed ? .max : sum
  }

  /// For libcurl, where 0 means «libcurl's own default»: at least 1 ms, at most what a C `long` of 32 bits carries.
  var curlMilliseconds: Int {
    Int(min(max(1, wholeNanoseconds / 1_000_000), Int64(Int32.max)))
  }
}
