import FoundationEssentials
import Server

/// The bearer tokens, each in a file of its own; made when first asked for.
enum TokenFiles {
  static func token(_ scope: AccessToken.Scope, in directory: DataDirectory) throws -> String {
    let path = directory.token(scope.rawValue)
    if let token = try known(path) { return token }
    try directory.create()
    let token = random()
    // `token` and `serve` may both be the first to ask.
    if try PrivateFiles.writeNew(Array((token + "\n").utf8), to: path) { return token }
    return try known(path) ?? token
  }

  private static func known(_ path: String) throws -> String? {
    guard let token = PrivateFiles.text(path)?.filter({ !$0.isWhitespace }) else { return nil }
    guard token.utf8.count >= 32 else { throw TokenFilesError.tooShort(path) }
    return token
  }

  static func all(in directory: DataDirectory) throws -> [AccessToken] {
    try AccessToken.Scope.allCases.map { AccessToken(scope: $0, token: try token($0, in: directory)) }
  }

  /// 256 bits, with a prefix that secret scanners can be taught.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return "aisre_" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

enum TokenFilesError: Error, CustomStringConvertible {
  case tooShort(String)

  var description: String {
    switch self {
    case .tooShort(let path): "\(path): expected a token of at least 32 characters; delete the file to have one made"
    }
  }
}
