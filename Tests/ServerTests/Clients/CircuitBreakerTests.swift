import Testing

@testable import Clients

@Suite("The circuit breaker")
struct CircuitBreakerTests {
  enum Move: Sendable {
    case fail, succeed
    /// Whether it may be called, and how long it still rests.
    case enter(expecting: Int?)
    case pass(seconds: Int)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let moves: [Move]

    init(_ name: String, _ moves: [Move]) {
      testDescription = name
      self.moves = moves
    }
  }

  private static let broken = [Move](repeating: .fail, count: 5)

  static let rows: [Row] = [
    Row("lets through what works", [.enter(expecting: nil), .succeed, .enter(expecting: nil)]),
    Row("stays closed below five failures", [.fail, .fail, .fail, .fail, .enter(expecting: nil)]),
    Row("opens with the fifth in a row", broken + [.enter(expecting: 15)]),
    Row("counts anew after a success", [.fail, .fail, .fail, .fail, .succeed, .fail, .enter(expecting: nil)]),
    Row("says how long it still rests", broken + [.pass(seconds: 6), .enter(expecting: 9)]),
    Row(
      "lets one try after the rest, and the others wait",
      broken + [.pass(seconds: 15), .enter(expecting: nil), .enter(expecting: 15)]),
    Row("closes when the try succeeds", broken + [.pass(seconds: 15), .enter(expecting: nil), .succeed, .enter(expecting: nil)]),
    Row(
      "rests twice as long when the try fails",
      broken + [.pass(seconds: 15), .enter(expecting: nil), .fail, .enter(expecting: 30)]),
    Row(
      "rests five minutes at most",
      broken + (0..<8).flatMap { _ in [Move.pass(seconds: 300), .enter(expecting: nil), .fail] } + [.enter(expecting: 300)]),
    Row(
      "does not wait for ever for a try that is never heard of",
      broken + [.pass(seconds: 15), .enter(expecting: nil), .pass(seconds: 15), .enter(expecting: nil)]),
    Row("is not prolonged by calls that began before it opened", broken + [.pass(seconds: 10), .fail, .enter(expecting: 5)]),
  ]

  @Test("Step by step", arguments: rows)
  func table(_ row: Row) {
    var breaker = CircuitBreaker<StepClock.Instant>()
    var now = StepClock.Instant(offset: .zero)
    for move in row.moves {
      switch move {
      case .fail: breaker.failed(at: now)
      case .succeed: breaker.succeeded()
      case .pass(let seconds): now = now.advanced(by: .seconds(seconds))
      case .enter(let expected): #expect(breaker.enter(at: now)?.wholeSeconds == expected)
      }
    }
  }
}
