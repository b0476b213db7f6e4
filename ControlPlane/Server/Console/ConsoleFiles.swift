import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The console's files, read once at start. Nothing else of the file system can be asked for.
public struct ConsoleFiles: Sendable {
  /// A console is small; more is a wrong directory.
  static let sizeLimit = 8 * 1024 * 1024

  private struct File {
    let type: String
    let bytes: ByteBuffer
    let tag: String
  }

  /// By path, such as `/app.js`.
  private let files: [String: File]

  public init(directory: String) throws(ConsoleFilesError) {
    var files: [String: File] = [:]
    var size = 0
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: directory) else {
      throw .unreadable(directory)
    }
    for name in names {
      guard let type = Self.type(of: name), !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
      guard let data = FileManager.default.contents(atPath: directory + "/" + name) else { throw .unreadable(name) }
      size += data.count
      guard size <= Self.sizeLimit else { throw .tooLarge(directory) }
      let tag = SHA256.hash(data: data).prefix(8).map { String($0, radix: 16) }.joined()
      files["/" + name] = File(type: type, bytes: ByteBuffer(bytes: data), tag: "\"\(tag)\"")
    }
    guard files["/index.html"] != nil else { throw .noIndex(directory) }
    self.files = files
  }

  func register(in router: Router<PeopleRequestContext>) {
    for (path, file) in files {
      router.get(RouterPath(path == "/index.html" ? "/" : path)) { request, _ in Self.answer(file, request) }
    }
  }

  private static func answer(_ file: File, _ request: Request) -> Response {
    var headers: HTTPFields = [.contentType: file.type, .eTag: file.tag, .cacheControl: "no-cache"]
    for (name, value) in securityHeaders { headers[name] = value }
    if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
  }

  /// No inline code, no other origin, no frame around it: text from logs and alerts can do nothing here.
  private static let securityHeaders: [(HTTPField.Name, String)] = [
    (
      .contentSecurityPolicy,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    (.xContentTypeOptions, "nosniff"),
    (HTTPField.Name("Referrer-Policy") ?? .referer, "no-referrer"),
  ]

  private static func type(of name: String) -> String? {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "json", "webmanifest": "application/json"
    case "png": "image/png"
    case "woff2": "font/woff2"
    default: nil
    }
  }
}

public enum ConsoleFilesError: Error, Sendable, Equatable {
  case unreadable(String)
  case noIndex(String)
  case tooLarge(String)
}

extension ConsoleFilesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path): "cannot read \(path)"
    case .noIndex(let directory): "\(directory) has no index.html: WEB_DIRECTORY must name the folder web/"
    case .tooLarge(let directory):
      "\(directory) holds more than \(ConsoleFiles.sizeLimit) bytes: WEB_DIRECTORY must name the folder web/"
    }
  }
}
