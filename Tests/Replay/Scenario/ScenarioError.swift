/// A file that is no scenario: which, and what is wrong with it.
public struct ScenarioError: Error, Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let reason: String

  public var description: String { "\(file): \(reason)" }
}
