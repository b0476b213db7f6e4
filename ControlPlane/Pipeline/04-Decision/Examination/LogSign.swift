import Wire

/// What a log line complains of, by the words that runtimes, drivers and kernels use for it. Ordered: a line that fits several
/// means the first.
enum LogSign: CaseIterable, Sendable {
  case outOfMemory, executableFormat, readOnlyFileSystem, noSpace, authentication, certificate, nameResolution, connection,
    timeout
  case missingSetting, missingFile, corruption, permission, portInUse, schema

  private var marks: [String] {
    switch self {
    case .outOfMemory: ["outofmemoryerror", "out of memory", "cannot allocate memory", "heap out of memory", "memoryerror"]
    case .executableFormat: ["exec format error"]
    case .readOnlyFileSystem: ["read-only file system", "erofs"]
    case .noSpace: ["no space left", "enospc", "disk full", "not enough space", "disk quota exceeded"]
    case .authentication:
      [
        "password authentication failed", "authentication failed", "auth failed", "access denied for user", "invalid credentials",
        "invalid username or password", "wrongpass", "noauth", "login failed", "sasl auth", "401 unauthorized", "token expired",
        "expired token", "expiredtoken", "token is expired", "invalid api key", "invalid password", "bad credentials",
        "no password supplied", "authentication error", "status 401", "invalid_client", "signature does not match",
      ]
    case .certificate:
      [
        "x509:", "certificate has expired", "certificate is not yet valid", "unknown authority", "certificate verify failed",
        "sslhandshake", "pkix path", "bad certificate", "cert_has_expired", "certificate expired", "tls: failed to verify",
      ]
    case .nameResolution:
      [
        "no such host", "name or service not known", "temporary failure in name resolution", "enotfound", "eai_again",
        "server misbehaving", "nxdomain", "unknownhostexception", "could not resolve host", "unable to resolve host",
        "name resolution", "getaddrinfo",
      ]
    case .connection:
      [
        "connection refused", "econnrefused", "no route to host", "could not connect", "failed to connect", "cannot connect",
        "unable to connect", "connection reset", "network is unreachable", "ehostunreach", "connectexception",
        "connection failed", "can't connect",
      ]
    case .timeout:
      ["i/o timeout", "deadline exceeded", "timed out", "etimedout", "timeout exceeded", "connect timeout", "timeoutexception"]
    case .missingSetting:
      [
        " unset", "is not set", "not set,", "missing required", "is required", "must be set", "missing environment",
        "environment variable", "could not resolve placeholder", "keyerror", "missing config", "no value for",
        "missing mandatory", "not defined", "configerror", "invalid configuration", "configuration error", "unknown setting",
        "unknown option", "unknown flag", "unknown field", "cannot parse config", "failed to parse config", "invalid value for",
        "unmarshal", "yaml:", "syntax error",
      ]
    case .missingFile:
      [
        "no such file or directory", "filenotfound", "enoent", "cannot find module", "modulenotfounderror", "classnotfound",
        "noclassdeffound", "executable file not found", "not found in $path", "could not find or load main class",
      ]
    case .corruption:
      [
        "corrupt", "crc mismatch", "checksum mismatch", "invalid checksum", "bad magic", "malformed index", "stale lock",
        "lock file", "pid file", "already locked",
      ]
    case .permission: ["permission denied", "eacces", "operation not permitted", "eperm"]
    case .portInUse: ["address already in use", "eaddrinuse", "port is already"]
    case .schema:
      [
        "pending migration", "schema version", "does not exist (sqlstate", "relation \"", "unknown column", "no such table",
        "migration",
      ]
    }
  }

  static func of(_ line: String) -> LogSign? {
    let lowered = line.lowercased()
    return allCases.first { sign in sign.marks.contains { lowered.contains($0) } }
  }

  /// No restart changes these: the same start meets the same files, settings and binary.
  var isDeterministic: Bool {
    switch self {
    case .executableFormat, .readOnlyFileSystem, .missingSetting, .missingFile, .permission, .portInUse, .schema, .noSpace: true
    case .outOfMemory, .authentication, .certificate, .nameResolution, .connection, .timeout, .corruption: false
    }
  }
}

/// A log line that complains, with the log that it is from.
struct Complaint: Sendable, Hashable {
  let sign: LogSign
  let line: String
  let fact: String
}

extension Examination {
  /// The last complaint of these pods' containers: the last word of a container that dies tells why.
  func complaint(of pods: [Cited<PodFact>]) -> Complaint? {
    complaints(of: pods).first
  }

  /// At most one for each log; a cause that is named in more logs comes first.
  func complaints(of pods: [Cited<PodFact>]) -> [Complaint] {
    let found = logs(of: pods).compactMap { log in
      Self.lastComplaint(in: log.fact.lines).map { Complaint(sign: $0, line: $1, fact: log.id) }
    }
    let weight = Dictionary(found.map { ($0.sign, 1) }, uniquingKeysWith: +)
    return found.enumerated().sorted {
      (weight[$1.element.sign] ?? 0, $0.offset) < (weight[$0.element.sign] ?? 0, $1.offset)
    }.map(\.element)
  }

  /// A dying program says what happened, then that it gives up. Both stand within its last lines; the more specific of them
  /// counts.
  private static func lastComplaint(in lines: [String]) -> (LogSign, String)? {
    let tail = lines.suffix(16)
    let signs = tail.compactMap { line in LogSign.of(line).map { ($0, line) } }
    guard let first = LogSign.allCases.first(where: { sign in signs.contains { $0.0 == sign } }) else {
      return lines.lazy.reversed().compactMap { line in LogSign.of(line).map { ($0, line) } }.first
    }
    return signs.last { $0.0 == first }
  }

  /// What to quote when no sign fits: the last line that speaks of trouble.
  func lastWords(of pods: [Cited<PodFact>]) -> (id: String, line: String)? {
    for log in logs(of: pods).reversed() {
      let fact = log.fact
      let marked = fact.telling.filter(fact.lines.indices.contains).map { fact.lines[$0] }
      if let line = marked.last ?? fact.lines.last(where: TellingLines.isTelling) { return (log.id, line) }
    }
    return nil
  }
}

extension String {
  /// At most so much of a line from outside as a sentence can hold, in quotation marks.
  var quoted: String {
    let line = map { $0.isNewline ? " " : $0 }
    return "“" + String(line.prefix(220)) + (line.count > 220 ? "…" : "") + "”"
  }
}
