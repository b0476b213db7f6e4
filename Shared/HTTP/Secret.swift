/// A password or token that prints as `(redacted)`, also inside other values, in `dump` and in string interpolation.
public struct Secret: Sendable, Equatable {
  private let value: String

  public init(_ value: String) { self.value = value }

  /// The secret itself. Every use of this function is a place to review.
  public func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(redacted)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
