import Glibc
import Support

/// What the demo prints.
enum Screen {
  private static let hasColours = isatty(1) == 1 && getenv("NO_COLOR") == nil
  private static let width = 118

  static func line(_ text: String) {
    print(text)
    fflush(nil)
  }

  static func banner(_ setting: DemoSetting) {
    line("\(bold("AI SRE")): from an alert to a verified fix, on this machine only\n")
    line("  decides     \(setting.decider)")
    line("  verified    when healthy for \(DemoSetting.stabilitySeconds) s (STABILITY_SECONDS; 30 is the default)")
    if setting.port == nil { line("  console     port \(DemoSetting.usualPort) is taken, so it gets another one") }
  }

  static func started(_ stack: Stack, pods: Int, after time: Duration) {
    line("  running     control plane, \(stack.agents.count) agents, Alertmanager, mail server (\(seconds(time)))")
    line("  cluster     simulated: \(pods) pods in \(stack.agents.keys.sorted().joined(separator: ", "))")
  }

  /// - Parameters:
  ///   - time: since the story began.
  ///   - took: since the step before; nil for an incident's first.
  static func step(_ news: TimelineNews, after time: Duration, took: Duration?) {
    let pause = took.map { "+" + ($0 < .seconds(1) ? "\(Int($0 / .milliseconds(1))) ms" : seconds($0)) } ?? ""
    let head = "  \(padLeft(seconds(time), 7)) \(padLeft(pause, 8))  #\(news.incident) \(padRight(news.stage, 13))"
    let lines = wrapped(news.summary, to: width - head.count)
    line(dim(head) + (lines.first ?? ""))
    for rest in lines.dropFirst() { line(String(repeating: " ", count: head.count) + rest) }
  }

  static func nextSteps(_ stack: Stack) {
    let console = stack.console
    let header = "-H 'Authorization: Bearer \(console.token)'"
    line(
      """

      \(bold("Console"))   \(console.base)/#token=\(console.token)

      \(bold("Ask it"))
        curl -s \(header) \(console.base)/incidents
        curl -s \(header) \(console.base)/incidents/1
        curl -s \(header) -X POST \(console.base)/trigger-test

      \(bold("Break something else")) (checkout rests for 10 minutes after its fix)
        curl -s --cacert \(stack.simulator.authorityFile) \\
          -H "Authorization: Bearer $(cat \(stack.simulator.adminTokenFile))" \(stack.simulator.base)/simulator/v1/faults \\
          -d '{"namespace":"payments","deployment":"payouts","kind":"crash_loop","restarts":5,"heals":"on_restart",
               "logs":["ERROR dial tcp ledger:8080: connect: connection refused"]}'

      \(bold("Look into the cluster")) (kubectl 1.30 or newer)
        kubectl --kubeconfig \(stack.simulator.files)/kubeconfig get pods -n shop

      Ctrl-C stops everything. What happens next:

      """)
  }

  static func seconds(_ time: Duration) -> String {
    let tenths = (time / .milliseconds(100)).rounded()
    return "\(tenths / 10) s"
  }

  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].isEmpty {
        lines[lines.count - 1] = String(word)
      } else if lines[lines.count - 1].count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func padLeft(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func padRight(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func bold(_ text: String) -> String { hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  private static func dim(_ text: String) -> String { hasColours ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
