/// The conditions of an object: one per type, renewed as controllers do it.
struct Conditions {
  private(set) var list: [JSONValue]
  private let now: Timestamp
  /// The stamp beside `lastTransitionTime` that a kind has, and its place before it.
  private let stamp: String?

  /// - Parameter stamp: `lastUpdateTime` of a Deployment, `lastProbeTime` of a Job.
  init(_ list: [JSONValue], now: Timestamp, stamp: String? = nil) {
    self.list = list
    self.now = now
    self.stamp = stamp
  }

  subscript(type: String) -> JSONValue? { list.first { $0["type"]?.string == type } }

  /// Sets a condition. `touch` renews the stamp although nothing else changed, as progress does.
  mutating func set(
    _ type: String, _ status: String, _ reason: String, _ message: String, observedGeneration: Int? = nil, touch: Bool = false
  ) {
    let before = self[type]
    let isSame =
      before?["status"]?.string == status && before?["reason"]?.string == reason
      && before?["observedGeneration"]?.integer == observedGeneration
    if isSame, !touch, before?["message"]?.string == message { return }
    let transition = before?["status"]?.string == status ? before?["lastTransitionTime"] : nil
    var condition: JSONValue = ["type": .string(type), "status": .string(status)]
    if let observedGeneration { condition["observedGeneration"] = .integer(Int64(observedGeneration)) }
    if let stamp { condition[stamp] = .string(now.rfc3339) }
    condition["lastTransitionTime"] = transition ?? .string(now.rfc3339)
    condition["reason"] = .string(reason)
    condition["message"] = .string(message)
    list.removeAll { $0["type"]?.string == type }
    list.append(condition)
  }

  /// As ``set(_:_:_:_:observedGeneration:touch:)``, but a condition that is there keeps its place.
  mutating func replace(_ type: String, _ status: String, _ reason: String, _ message: String, observedGeneration: Int? = nil) {
    let place = list.firstIndex { $0["type"]?.string == type }
    set(type, status, reason, message, observedGeneration: observedGeneration)
    guard let place, let last = list.last, last["type"]?.string == type, place < list.count - 1 else { return }
    list.removeLast()
    list.insert(last, at: place)
  }

  mutating func remove(_ type: String) { list.removeAll { $0["type"]?.string == type } }
}
