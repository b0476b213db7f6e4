import Redaction
import Wire

/// What the control plane has been told of the signals, and what it must be told next: all of them, whenever they change. Pure.
struct SignalBook: Sendable {
  private let boot: String
  private let redactor = Redactor()
  private var revision: Int64 = 0
  private var current: [SignalKey: Signal] = [:]
  private var told: [SignalKey: Signal]?
  private var underWay: [SignalKey: Signal]?

  init(boot: String) { self.boot = boot }

  /// A signal that goes on keeps the time at which it was first seen and, as long as the same container shows it, its first
  /// message: a pull error and its back-off take turns in saying what is wrong.
  mutating func update(_ found: [Signal]) {
    var next: [SignalKey: Signal] = [:]
    for signal in found {
      let key = SignalKey(signal)
      next[key] = signal.continuing(current[key], redactor)
    }
    current = next
  }

  /// `nil` when nothing changed or a report is under way. None at all is a report only when there were some, or to begin with.
  mutating func next() -> SignalReport? {
    guard underWay == nil, told != current else { return nil }
    revision += 1
    underWay = current
    let all = current.sorted { $0.key < $1.key }.map(\.value)
    return SignalReport(
      boot: boot, revision: revision, signals: Array(all.prefix(SignalReport.limit)),
      omitted: max(0, all.count - SignalReport.limit))
  }

  mutating func acknowledged(_ revision: Int64) {
    guard revision == self.revision, let underWay else { return }
    told = underWay
    self.underWay = nil
  }

  mutating func reportNeeded() {
    told = nil
    underWay = nil
  }
}

extension Signal {
  static let messageLimit = 300

  fileprivate func continuing(_ known: Signal?, _ redactor: Redactor) -> Signal {
    let isSame = known.map { $0.pod == pod && $0.container == container } ?? false
    let text = isSame ? known?.message : nil
    return replacing(since: min(since, known?.since ?? since), message: text ?? oneLine(redactor.redact(message)))
  }

  private func oneLine(_ text: String) -> String {
    String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(Self.messageLimit))
  }

  private func replacing(since: Timestamp, message: String) -> Signal {
    Signal(kind: kind, pod: pod, container: container, workload: workload, pods: pods, since: since, message: message)
  }
}
