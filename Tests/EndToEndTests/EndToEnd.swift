import Support
import Testing

/// The product as people run it: real programs, a simulated cluster, no shared memory. One stack at a time, because each is seven
/// processes.
@Suite(.serialized, .timeLimit(.minutes(5)))
enum EndToEnd {
  /// A workload of deploy/demo that dies because another one was away.
  struct Workload: Sendable, CustomStringConvertible {
    let namespace: String
    let name: String
    let dependency: String

    var description: String { "\(namespace)/\(name)" }

    static let checkout = Workload(namespace: "shop", name: "checkout", dependency: "inventory")
    static let payouts = Workload(namespace: "payments", name: "payouts", dependency: "ledger")
  }

  static let fixedSubject = "[AI-SRE] Fixed PodCrashLoopBackOff"

  /// Without Alertmanager, and without what agents say by themselves: the test posts what Alertmanager would. Time passes fast enough for a restart to take a second or two.
  static func quick(_ settings: [String: String] = [:]) -> Stack.Options {
    var options = Stack.Options()
    options.namespaces = ["shop"]
    options.hasAlertmanager = false
    options.speed = 4
    options.settings = ["STABILITY_SECONDS": "1", "LOG_LEVEL": "debug", "OWN_SIGNALS": "false"].merging(settings) { $1 }
    return options
  }
}
