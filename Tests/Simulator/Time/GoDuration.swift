/// Durations as Go and kubectl print them.
enum GoDuration {
  /// `10s`, `1m20s`, `5m0s`, as `time.Duration` prints whole seconds.
  static func text(seconds: Int) -> String {
    let hours = seconds / 3600
    let minutes = seconds / 60 % 60
    if hours > 0 { return "\(hours)h\(minutes)m\(seconds % 60)s" }
    return minutes > 0 ? "\(minutes)m\(seconds % 60)s" : "\(seconds)s"
  }

  /// `85s`, `3m10s`, `5h12m`, `3d4h`, `45d`, as `duration.HumanDuration` of kubectl's columns.
  static func human(seconds: Double) -> String {
    if seconds < -1 { return "<invalid>" }
    let total = Int(max(0, seconds))
    let (minutes, hours) = (total / 60, total / 3600)
    if total < 120 { return "\(total)s" }
    if minutes < 10 { return total % 60 == 0 ? "\(minutes)m" : "\(minutes)m\(total % 60)s" }
    if hours < 3 { return "\(minutes)m" }
    if hours < 8 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h\(minutes % 60)m" }
    if hours < 48 { return "\(hours)h" }
    if hours < 24 * 8 { return hours % 24 == 0 ? "\(hours / 24)d" : "\(hours / 24)d\(hours % 24)h" }
    if hours < 24 * 365 * 2 { return "\(hours / 24)d" }
    if hours < 24 * 365 * 8 {
      let days = hours / 24 % 365
      return days == 0 ? "\(hours / 24 / 365)y" : "\(hours / 24 / 365)y\(days)d"
    }
    return "\(hours / 24 / 365)y"
  }
}
