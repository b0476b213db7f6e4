import Foundation

/// What `/proc/PID/smaps_rollup` says (proc(5)), in KiB.
struct MemoryUsage {
  let resident: Int
  /// Resident, with each shared page counted by the share of its users.
  let proportional: Int
  let privateDirty: Int

  init(pid: pid_t) throws {
    let text = try String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)
    var values: [Substring: Int] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 3, let value = Int(parts[1]) { values[parts[0]] = value }
    }
    resident = values["Rss:"] ?? 0
    proportional = values["Pss:"] ?? 0
    privateDirty = values["Private_Dirty:"] ?? 0
  }
}

/// What a process has used of the processors so far, of `/proc/PID/stat` (fields 14 and 15).
struct ProcessorTime {
  let used: Duration

  init(pid: pid_t) throws {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    // The name in parentheses may hold spaces.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    used = .seconds(ticks) / Int(sysconf(Int32(_SC_CLK_TCK)))
  }
}
