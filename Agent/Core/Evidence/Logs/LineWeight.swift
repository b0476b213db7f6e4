/// How much a log line tells of what went wrong. Pure.
enum LineWeight {
  /// From this on a line counts as telling.
  static let telling = 2

  /// - Returns: 0 for noise, 1 for warnings, 2 and more for what tells, 4 for what ends a process.
  static func of(_ line: String) -> Int {
    let lowered = [UInt8](lowercased: line)
    let level = LogLevel.of(lowered)
    // A phrase that begins with a blank may stand at the beginning too.
    let bytes = harmless.blanked([UInt8(ascii: " ")] + lowered)
    if level == .fatal || deadly.matches(bytes) { return 4 }
    let isTroubled = troubles.matches(bytes)
    switch level {
    case .fatal: return 4
    case .error: return 3
    case .warning: return isTroubled ? 2 : 1
    case .info: return isTroubled || hasServerError(bytes) ? (plainTroubles.matches(bytes) || hasServerError(bytes) ? 2 : 1) : 0
    case nil:
      if isTroubled { return 3 }
      return endings.matches(bytes) || hasServerError(bytes) ? 2 : 0
    }
  }

  private static let harmless = PhraseSet([
    " 0 errors", " 0 failed", " 0 failures", "no error", "no errors", "without error", "errors=0", "failed=0", "failures=0",
    "error=nil", "err=nil", "error=null", "err=<nil>", "error=<nil>", "\"error\":null", "\"err\":null", "\"error\":\"\"",
    "error_rate=0 ", "failed: 0", "errors: 0", "\"errors\":0", "\"failed\":0", "error-pages", "error_log",
    "shutdown timeout", "idle timeout", "read timeout", "write timeout", "timeout=",
  ])
  private static let deadly = PhraseSet([
    "panic:", "fatal error", "uncaught exception", "unhandled exception", "unhandledpromiserejection", "segmentation fault",
    "out of memory", "outofmemoryerror", "traceback (most recent", "core dumped", "no space left on device",
    "cannot allocate memory",
    "oom-kill", "assertion failed",
  ])
  private static let plainTroubles = PhraseSet([
    "connection refused", "refused", "timed out", "i/o timeout", "no such host", "permission denied", "access denied",
    "failed to",
    "could not", "cannot", "unable to", "exception", "unreachable", "failed:", "failure", "no such file", "unauthorized",
    "forbidden", "exhausted", "deadlock", "corrupt",
  ])
  private static let troubles = PhraseSet([
    "error", "exception", "refused", "failed", "failure", "fail:", "could not", "couldn't", "cannot", "can't", "unable", "denied",
    "timeout", "timed out", "deadline exceeded", "no such", "not found", "invalid", "unreachable", "missing", "no route to host",
    "reset by peer", "broken pipe", "unauthorized", "forbidden", "expired", "exhausted", "too many", "exceeded", "overflow",
    "deadlock", "corrupt", "unexpected", "rejected", "aborted", "not answered", "unavailable", "caused by",
    "read-only file system",
    "mismatch", "undefined", "unknown", "crash", "disk full", "quota", "throttl", "unhealthy", "unsupported", "illegal", "violat",
    "does not exist", "backoff", "giving up", "stale",
  ])
  private static let endings = PhraseSet([
    "exiting", "shutting down", "killed", "received signal", "sigterm", "sigkill", "terminating", "restarting", "exit code",
    "exit status",
  ])

  /// ` 503 ` of an access log, `status=502`, `"status":500`.
  private static func hasServerError(_ line: [UInt8]) -> Bool {
    var start = line.startIndex
    while let index = line[start...].firstIndex(of: UInt8(ascii: "5")) {
      start = index + 1
      guard index > line.startIndex, index + 2 < line.endIndex else { continue }
      let isCode = line[index + 1] == UInt8(ascii: "0") && (0x30...0x34).contains(line[index + 2])
      let ends =
        index + 3 == line.endIndex
        || [UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "\"")].contains(line[index + 3])
      guard isCode, ends else { continue }
      let before = line[index - 1]
      // A status follows the request's closing quote or the path; a number after a word may be a count.
      if before == UInt8(ascii: "=") || before == UInt8(ascii: ":") {
        return statusKeys.matches(Array(line[..<index].suffix(12)))
      }
      if before == UInt8(ascii: " "), methods.matches(Array(line[..<index])) { return true }
    }
    return false
  }

  private static let statusKeys = PhraseSet(["status", "code"])
  private static let methods = PhraseSet(["get /", "post /", "put /", "patch /", "delete /", "head /", "http/"])
}
