import FoundationEssentials

/// A complete answer of the API server and what it means, apart from how it came.
struct Answer: Sendable {
  let status: Int
  let retryAfter: String?
  let body: [UInt8]

  var isSuccess: Bool { (200...299).contains(status) }

  /// The object in a success; the error otherwise.
  func object<Object: Decodable>(_ type: Object.Type = Object.self) throws(KubernetesError) -> Object {
    guard isSuccess else { throw error }
    return try Self.decode(type, from: body)
  }

  /// A `Status` object when the body is one, otherwise the text itself: flow control, unknown paths and health answer in
  /// plain text.
  var error: KubernetesError {
    let wait = retryAfter.flatMap { Int($0) }.flatMap { $0 >= 0 ? Duration.seconds(min($0, 3600)) : nil }
    if let object = try? JSONDecoder().decode(StatusObject.self, from: Data(body)), object.kind == "Status" {
      return KubernetesError(object.status(code: status, retryAfter: wait))
    }
    let text = String(decoding: body.prefix(4 * APIStatus.maximumMessageLength), as: UTF8.self)
    return KubernetesError(APIStatus(code: status, message: text, retryAfter: wait))
  }

  static func decode<Object: Decodable>(_ type: Object.Type, from bytes: [UInt8]) throws(KubernetesError) -> Object {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw .undecodable(place(of: error))
    } catch {
      throw .undecodable("not JSON")
    }
  }

  private static func place(of error: DecodingError) -> String {
    func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      let names = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } + (last.map { [$0] } ?? [])
      return names.isEmpty ? "the document" : names.joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(path(context, key.stringValue)) is missing"
    case .typeMismatch(_, let context): "\(path(context)) has another type than expected"
    case .valueNotFound(_, let context): "\(path(context)) is null"
    case .dataCorrupted(let context): "\(path(context)) is malformed"
    @unknown default: "unknown fault"
    }
  }
}
