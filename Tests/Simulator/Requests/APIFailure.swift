/// A fault of the API server itself: what happens to the next requests that match.
public struct APIFailure: Sendable, Hashable {
  public enum Effect: Sendable, Hashable {
    /// Answers with this status: 429 and 503 as flow control and a proxy word them, others as a `Status` object.
    case status(Int)
    /// Closes the connection without an answer. The request is not carried out.
    case cutBefore
    /// Carries the request out and closes the connection without an answer.
    case cutAfter
    /// Waits so many real seconds before the request is carried out.
    case delay(seconds: Double)
  }

  public var effect: Effect
  /// How many requests it meets; `nil` means all until it is removed.
  public var count: Int?
  public var method: String?
  /// A part of the path.
  public var pathContains: String?
  /// Only requests of this user.
  public var user: String?

  /// A failure of the next requests that match.
  public init(
    _ effect: Effect, count: Int? = 1, method: String? = nil, pathContains: String? = nil, user: String? = nil
  ) {
    self.effect = effect
    self.count = count
    self.method = method
    self.pathContains = pathContains
    self.user = user
  }

  func matches(_ request: APIRequest, user: String?) -> Bool {
    (method == nil || request.method == method) && (pathContains.map(request.path.contains) ?? true)
      && (self.user == nil || self.user == user)
  }
}

/// The failures that are still to happen.
struct APIFailureTable: Sendable {
  private(set) var entries: [(id: String, failure: APIFailure)] = []
  /// How many requests have met one.
  private(set) var met = 0
  private var serial = 0

  mutating func add(_ failure: APIFailure) -> String {
    serial += 1
    entries.append(("failure-\(serial)", failure))
    return "failure-\(serial)"
  }

  mutating func remove(_ id: String?) { entries.removeAll { id == nil || $0.id == id } }

  /// The failure of a request, which uses it up.
  mutating func take(for request: APIRequest, user: String?) -> APIFailure.Effect? {
    guard let index = entries.firstIndex(where: { $0.failure.matches(request, user: user) }) else { return nil }
    met += 1
    let effect = entries[index].failure.effect
    if let count = entries[index].failure.count {
      if count <= 1 { entries.remove(at: index) } else { entries[index].failure.count = count - 1 }
    }
    return effect
  }
}

extension APIStatus {
  /// The refusal for a failure with a status.
  static func injected(_ code: Int) -> APIStatus {
    switch code {
    case 401: .unauthorized
    case 429: .tooManyRequests
    case 503: APIStatus(code: 503, message: "apiserver not ready", reason: "ServiceUnavailable", retryAfter: 1)
    case 504: APIStatus(code: 504, message: "Timeout: request did not complete within the allotted timeout", reason: "Timeout")
    default: APIStatus(code: code, message: "injected by the simulator")
    }
  }
}
