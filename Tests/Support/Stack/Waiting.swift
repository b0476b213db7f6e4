/// A condition that did not come true in time.
public struct Overdue: Error, CustomStringConvertible {
  public let description: String

  public init(_ what: String, after limit: Duration, last: String? = nil) {
    description = "not within \(limit): \(what)" + (last.map { " (last: \($0))" } ?? "")
  }
}

/// Waits until a condition holds.
///
/// - Throws: `Overdue` at the deadline; what the condition throws; `CancellationError`.
public func waitUntil(
  _ what: String, within limit: Duration, every pause: Duration = .milliseconds(10), _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < end else { throw Overdue(what, after: limit) }
    try await Task.sleep(for: pause)
  }
}

/// Waits until there is a value. An error of the last attempt is part of the message when there is none in time.
public func waitFor<Value>(
  _ what: String, within limit: Duration, every pause: Duration = .milliseconds(10), _ value: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + limit
  while true {
    var failure: String?
    do {
      if let found = try await value() { return found }
    } catch let error as CancellationError {
      throw error
    } catch {
      failure = "\(error)"
    }
    guard ContinuousClock.now < end else { throw Overdue(what, after: limit, last: failure) }
    try await Task.sleep(for: pause)
  }
}
