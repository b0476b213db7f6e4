/// E-mail addresses. What only looks like one stays: Erlang nodes and other names of the cluster, package versions, systemd
/// units, `git@host`, users in URLs, files.
enum MailAddresses {
  static func find(in text: Bytes, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "@") || text.matchesIgnoringCase("%40", at: index) else {
        index += 1
        continue
      }
      let sign = text[index] == UInt8(ascii: "@") ? 1 : 3
      let start = text.start(of: isLocal, before: index, limit: 65)
      let end = endOfDomain(from: index + sign, text)
      if let end, start < index, index - start <= 64, isAddress(start, index, text) { found.add(start..<end) }
      index = end ?? index + sign
    }
  }

  private static func isLocal(_ byte: UInt8) -> Bool { byte.isWord || ".%+-".utf8.contains(byte) }

  /// The end of a host name with at least two labels of which the last is a plausible top-level domain.
  private static func endOfDomain(from start: Int, _ text: Bytes) -> Int? {
    var end = text.end(of: { $0.isAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }, from: start, limit: 254)
    while end > start, !text[end - 1].isAlphanumeric { end -= 1 }
    let labels = text.all[start..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last else { return nil }
    guard (2...24).contains(last.count), last.allSatisfy(\.isLetter) else { return nil }
    // `pkg@1.2.3-beta.next` is a version.
    let isVersion = labels.count >= 3 && labels[0].allSatisfy(\.isDigit) && labels[1].allSatisfy(\.isDigit)
    let name = String(decoding: last.map(\.lowercased), as: UTF8.self)
    return isVersion || notDomains.contains(name) ? nil : end
  }

  /// `user@` in a URL is kept by design, and `git@host:path` names no person.
  private static func isAddress(_ start: Int, _ at: Int, _ text: Bytes) -> Bool {
    guard text[start] != UInt8(ascii: "."), text.all[start..<at].contains(where: \.isAlphanumeric) else { return false }
    let authority = text.start(of: { !$0.isSpace && !$0.isQuote && $0 != UInt8(ascii: "/") }, before: start, limit: 256)
    return !text.matches("://", at: authority - 3) && !(at - start == 3 && text.matches("git", at: start))
  }

  private static let notDomains: Set<String> = [
    "local", "internal", "svc", "cluster", "localdomain", "localhost", "lan", "service", "socket", "timer", "mount", "slice",
    "target", "scope", "device", "path", "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "ts", "css", "map", "py", "rb",
    "go", "java", "json", "yaml", "yml", "tgz", "gz", "zip", "jar", "so", "html", "txt", "log", "md", "conf",
  ]
}
