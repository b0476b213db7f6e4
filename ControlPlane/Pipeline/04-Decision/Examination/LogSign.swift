/// What a log line complains of, by the words that runtimes, drivers and kernels use for it. Ordered: a line that fits several
/// means the first.
enum LogSign: CaseIterable, Sendable {
  case outOfMemory, executableFormat, readOnlyFileSystem, noSpace, authentication, certificate, nameResolution, connection,
    timeout
  case entitlement, missingSetting, missingFile, corruption, permission, portInUse, schema

  /// Words of a complaint, in lower case; `…` stands for anything between two of them.
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
        "sslhandshake", "pkix path", "bad certificate", "cert_has_expired", "tls: failed to verify", "certificate…expired",
        "expired certificate", "certificate…not trusted", "certificate…revoked", "self-signed certificate",
        "self signed certificate", "unable to get local issuer", "ssl handshake failed", "certificate_unknown",
      ]
    case .nameResolution:
      [
        "no such host", "name or service not known", "temporary failure in name resolution", "enotfound", "eai_again",
        "server misbehaving", "nxdomain", "unknownhostexception", "could not resolve host", "unable to resolve host",
        "name resolution", "getaddrinfo", "no address associated with hostname", "nodename nor servname", "dns lookup failed",
        "no such host is known", "servfail", "host not found", "failed to resolve", "nameresolutionerror",
        "lookup…i/o timeout",
      ]
    case .connection:
      [
        "connection refused", "econnrefused", "no route to host", "could not connect", "failed to connect", "cannot connect",
        "unable to connect", "connection reset", "network is unreachable", "ehostunreach", "connectexception",
        "connection failed", "can't connect", "couldn't connect", "not able to connect", "could not open a connection",
        "error connecting to", "error while establishing a connection", "no servers available", "cannotconnecterror",
        "communications link failure", "connection is closed", "server closed the connection", "no brokers available",
        "nobrokersavailable", "brokers are down", "broker may not be available", "no nodes available", "connection to…failed",
        "failed to dial", "serverselectionerror", "all hosts failed", "no host…available", "service unavailable",
        "upstream connect error", "bad gateway",
      ]
    case .timeout:
      [
        "i/o timeout", "deadline exceeded", "timed out", "etimedout", "timeout exceeded", "connect timeout", "timeoutexception",
        "connecttimeouterror", "timeout waiting for", "timeout expired", "read timeout", "timeouterror",
      ]
    case .entitlement:
      [
        "licen…expired", "licen…invalid", "licen…not valid", "licen…not found", "licen…missing", "invalid licen",
        "no valid licen",
        "licen…exceeded", "licen…revoked", "trial…expired", "subscription…expired", "evaluation period",
      ]
    case .missingSetting:
      [
        " unset", "is not set", "not set,", "missing required", "is required", "must be set", "missing environment",
        "environment variable", "could not resolve placeholder", "keyerror", "missing config", "no value for",
        "missing mandatory", "not defined", "configerror", "invalid configuration", "configuration error", "unknown setting",
        "unknown option", "unknown flag", "unknown field", "cannot parse config", "failed to parse config", "invalid value for",
        "unmarshal", "yaml:", "syntax error", "environment property…not", "no such property", "unrecognized option",
        "unrecognized argument", "unknown directive", "config…invalid", "invalid config",
        "configuration…missing", "missing…configuration", "configuration…invalid", "bad config", "config…not found",
        "cannot be empty", "must not be empty", "must not be null", "nosuchkey", "key not found", "keynotfoundexception",
        "validation error", "validation failed", "undefined method…nil", "parse error", "jsondecodeerror", "unexpected token",
        "invalid port", "invalid url", "invalid dsn", "not a valid", "expected one of", "unsupported value",
        "field…not found in type", "environmenterror", "improperlyconfigured", "beancreationexception",
        "unsatisfieddependencyexception", "failed to bind properties", "typed config",
      ]
    case .missingFile:
      [
        "no such file or directory", "filenotfound", "enoent", "cannot find module", "modulenotfounderror", "classnotfound",
        "noclassdeffound", "executable file not found", "not found in $path", "could not find or load main class",
        "cannot load such file", "cannot open shared object", "error while loading shared libraries",
        "importerror", "no module named", "could not load file or assembly", "err_module_not_found", "filenotfoundexception",
        "glibc…not found", "symbol not found", "undefined symbol",
      ]
    case .corruption:
      [
        "corrupt", "crc mismatch", "checksum mismatch", "invalid checksum", "bad magic", "malformed index", "stale lock",
        "lock file", "pid file", "already locked", "bad file format", "crc32 mismatch", "invalid page",
        "truncated file", "is not a database", "database disk image", "invalid magic",
      ]
    case .permission:
      ["permission denied", "eacces", "operation not permitted", "eperm", "accessdenied", "unauthorizedaccess", "not permitted"]
    case .portInUse:
      [
        "address already in use", "eaddrinuse", "port is already", "port…already in use", "address in use",
        "only one usage of each",
      ]
    case .schema:
      [
        "pending migration", "schema version", "does not exist (sqlstate", "relation \"", "unknown column", "no such table",
        "migration", "relation…does not exist", "column…does not exist", "table…doesn't exist", "table…does not exist",
        "unknown database", "database…does not exist", "schema…not up to date", "undefinedtable", "undefined table",
        "invalid object name", "invalid column name", "unknown topic",
      ]
    }
  }

  static func of(_ line: String) -> LogSign? { vocabulary.sign(of: line) }

  private static let vocabulary = Vocabulary()

  /// No restart changes these: the same start meets the same files, settings and binary.
  var isDeterministic: Bool {
    switch self {
    case .executableFormat, .readOnlyFileSystem, .entitlement, .missingSetting, .missingFile, .permission, .portInUse, .schema,
      .noSpace:
      true
    case .outOfMemory, .authentication, .certificate, .nameResolution, .connection, .timeout, .corruption: false
    }
  }
}

extension LogSign {
  /// All marks, looked for at once.
  private struct Vocabulary: Sendable {
    private let phrases: PhraseTrie
    /// Marks by their sign, in its order, each as the places of its parts among the phrases.
    private let marks: [(sign: LogSign, parts: [Int])]

    init() {
      var phrases: [String] = []
      var places: [String: Int] = [:]
      marks = LogSign.allCases.flatMap { sign in
        sign.marks.map { mark in
          let parts = mark.split(separator: "…").map(String.init)
          for part in parts where places.updateValue(places[part] ?? phrases.count, forKey: part) == nil { phrases.append(part) }
          return (sign, parts.compactMap { places[$0] })
        }
      }
      self.phrases = PhraseTrie(phrases)
    }

    func sign(of line: String) -> LogSign? {
      let places = phrases.places(in: Array(line.lowercased().utf8))
      guard !places.isEmpty else { return nil }
      return marks.first { mark in
        guard mark.parts.allSatisfy({ places[$0] != nil }) else { return false }
        return zip(mark.parts, mark.parts.dropFirst()).allSatisfy { former, latter in
          places[former].map { place in places[latter].map { place.firstEnd <= $0.lastStart } ?? false } ?? false
        }
      }?.sign
    }
  }
}
