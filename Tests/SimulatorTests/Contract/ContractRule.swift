@testable import Simulator

/// How one exchange is played and what of its answer counts.
struct ContractRule: Sendable {
  enum Comparison: Sendable {
    /// The whole answer, but for members of these names.
    case whole(ignoring: Set<String>)
    /// Status and headers.
    case status
    /// Not played, for this reason.
    case leftOut(String)
  }

  var comparison = Comparison.whole(ignoring: [])
  /// Exchanges of the same file whose objects are put there first.
  var placing: [String] = []
  /// Objects that are put there first.
  var objects: [JSONValue] = []
  /// Whether the objects that the recording shows are put there.
  var derivesState = true
  /// Whether it needs what only a simulator can do.
  var needsSimulator = false
  var before: (@Sendable (any ContractServer) async throws -> Void)?
  /// Done while a watch is open, before its changes.
  var afterOpening: (@Sendable (any ContractServer) async throws -> Void)?
  /// Whether its version is one that the server no longer knows.
  var asksForLostVersion = false
  /// In place of the comparison of bodies.
  var check: (@Sendable (RecordedExchange, ContractAnswer) throws -> Void)?

  var isLeftOut: Bool { if case .leftOut = comparison { true } else { false } }

  static func leftOut(_ why: String) -> ContractRule { ContractRule(comparison: .leftOut(why)) }
  static func ignoring(_ members: Set<String>, placing: [String] = []) -> ContractRule {
    ContractRule(comparison: .whole(ignoring: members), placing: placing)
  }
  static func placing(_ names: String...) -> ContractRule { ContractRule(placing: names) }
}
