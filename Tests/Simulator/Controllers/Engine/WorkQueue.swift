/// Who reconciles.
enum ControllerName: Int, Sendable, CaseIterable {
  case namespace, deployment, replicaSet, statefulSet, daemonSet, job, cronJob, scheduler, kubelet, node, nodeHealth, nodeTaint
  case taintEviction, podGarbage, claim, endpoints, quota, disruption, autoscaler, garbageCollector, events
}

/// What is due when. The same work queued twice is done once, at the earlier time.
struct WorkQueue: Sendable {
  struct Work: Sendable, Hashable {
    let controller: ControllerName
    let key: ObjectKey
  }

  private struct Entry {
    let due: Timestamp
    let sequence: UInt64
    let work: Work

    func isBefore(_ other: Entry) -> Bool { due == other.due ? sequence < other.sequence : due < other.due }
  }

  private var heap: [Entry] = []
  private var dueOf: [Work: Timestamp] = [:]
  private var sequence: UInt64 = 0

  /// When the earliest work is due.
  var nextDue: Timestamp? {
    mutating get {
      dropStale()
      return heap.first?.due
    }
  }

  mutating func add(_ controller: ControllerName, _ key: ObjectKey, due: Timestamp) {
    let work = Work(controller: controller, key: key)
    if let present = dueOf[work], present <= due { return }
    dueOf[work] = due
    sequence += 1
    heap.append(Entry(due: due, sequence: sequence, work: work))
    siftUp()
  }

  mutating func popDue(by moment: Timestamp) -> (due: Timestamp, controller: ControllerName, key: ObjectKey)? {
    dropStale()
    guard let first = heap.first, first.due <= moment else { return nil }
    removeFirst()
    dueOf[first.work] = nil
    return (first.due, first.work.controller, first.work.key)
  }

  private mutating func dropStale() {
    while let first = heap.first, dueOf[first.work] != first.due { removeFirst() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[smallest]) {
        smallest = child
      }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }
}
