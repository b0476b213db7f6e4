/// The whole simulated cluster as one value: its objects, what its nodes are doing, and what is due when.
struct World: Sendable {
  var store = ResourceStore()
  /// The present moment; moves only forward.
  var now: Timestamp
  var random: SeededGenerator
  var queue = WorkQueue()
  var faults = FaultTable()
  var recorder = EventRecorder()
  /// What runs on the nodes, by the pod's uid.
  var runtimes: [String: PodRuntime] = [:]
  /// The images that a node has pulled.
  var images: [String: Set<String>] = [:]
  /// What the pods of each node ask for.
  var nodeLoads: [String: NodeLoad] = [:]
  /// What each bound pod has been counted with, by its uid.
  var bookings: [String: Booking] = [:]
  /// Bound pods with a required anti-affinity.
  var podsWithAntiAffinity: Set<ObjectKey> = []
  /// Pods that no node takes.
  var unschedulable: Set<ObjectKey> = []
  /// Nodes whose kubelet is silent, since when.
  var silentNodes: [String: Timestamp] = [:]
  /// Pods whose status their kubelet is to write again, by uid.
  var kubeletsToRefresh: Set<String> = []
  /// How often a workload's pods could not be created in a row, by the workload's uid.
  var retries: [String: Int] = [:]
  /// The latest template of each DaemonSet, by uid.
  var templateHashes: [String: UInt32] = [:]
  /// The restartedAt with which a fault that heals on restart was first seen.
  var faultOrigins: [String: String] = [:]
  /// What autoscalers proposed lately.
  var recommendations: [ObjectKey: [(time: Timestamp, replicas: Int)]] = [:]
  var metricsServer = MetricsServer.running
  /// The end of a past that is being simulated.
  var pastUntil: Timestamp?
  var allocatedPodIPs = 0
  var allocatedClusterIPs = 0
  let timing: Timing
  /// The certificate of the API server's CA as PEM, which every namespace has in a ConfigMap.
  var rootCertificate = ""
  /// Nothing happens by itself: no controller, no kubelet, no scheduler.
  var standsStill = false
  /// The logs of a cluster that stands still, by `namespace/pod/container`.
  var recordedLogs: [String: RecordedLog] = [:]
  /// From when a policy or its binding is enforced, by uid; one that is not listed is at once.
  var admissionInForce: [String: Timestamp] = [:]
  /// Logins that passed a moment ago and are not looked up again.
  var logins = LoginCache()
  /// Changes that open watches have not seen.
  private(set) var outbox: [Change] = []

  init(now: Timestamp, seed: UInt64, timing: Timing) {
    self.now = now
    self.timing = timing
    random = SeededGenerator(seed: seed)
  }

  /// When the next thing is due.
  var nextDue: Timestamp? { mutating get { queue.nextDue } }

  /// Does everything that is due until a moment, in order, and makes that moment the present.
  mutating func run(until moment: Timestamp) {
    dispatch()
    while let work = queue.popDue(by: moment) {
      now = max(now, work.due)
      ControlLoop.controller(work.controller).reconcile(work.key, &self)
      dispatch()
    }
    now = max(now, moment)
  }

  /// Shows the latest changes to the controllers.
  mutating func dispatch() {
    while true {
      let changes = store.takePending()
      guard !changes.isEmpty else { return }
      for change in changes where !standsStill {
        for controller in ControlLoop.observers(of: change.storage) { controller.observe(change, &self) }
      }
      outbox += changes
    }
  }

  /// Hands over the changes for open watches.
  mutating func takeOutbox() -> [Change] {
    defer { outbox.removeAll(keepingCapacity: true) }
    return outbox
  }

  /// Puts work for a controller on the queue.
  mutating func enqueue(_ controller: ControllerName, _ key: ObjectKey, after seconds: Double) {
    queue.add(controller, key, due: now + seconds)
  }

  /// Looks again at a workload whose pods cannot be created, later and later (DefaultControllerRateLimiter).
  mutating func retry(_ controller: ControllerName, _ workload: JSONValue) {
    let count = retries[workload.uid, default: 0]
    retries[workload.uid] = count + 1
    var delay = 0.005
    for _ in 0..<min(count, 18) { delay = min(delay * 2, 1000) }
    enqueue(controller, workload.objectKey, after: max(delay, 0.001))
  }

  /// Raises `metadata.generation` by one.
  static func raiseGeneration(_ object: inout JSONValue) {
    let next = object.generation + 1
    object["metadata"]?["generation"] = .integer(Int64(next))
  }

  /// Changes an object, if it is there, and stores it when something came of it.
  mutating func update(_ type: ResourceType, _ key: ObjectKey, _ change: (inout JSONValue) -> Void) {
    guard let before = store.object(type, key) else { return }
    var after = before
    change(&after)
    if after != before { store.put(type, key, after) }
  }

  /// A name's random ending, of the letters that Kubernetes uses.
  mutating func nameSuffix(_ length: Int = 5) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
  }

  /// A random uid of version 4.
  mutating func uid() -> String {
    var digits = Array(hexadecimal(32))
    digits[12] = "4"
    digits[16] = Array("89ab")[Int(random.next() % 4)]
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// Random hexadecimal digits.
  mutating func hexadecimal(_ count: Int) -> String {
    var text = ""
    while text.count < count {
      let digits = String(random.next(), radix: 16)
      text += String(repeating: "0", count: 16 - digits.count) + digits
    }
    return String(text.prefix(count))
  }
}
