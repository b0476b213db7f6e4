import Support

/// What the demo runs with.
struct DemoSetting: Sendable {
  static let usualPort = 5000
  /// Seconds for which the fixed workload must stay healthy: long enough to be watched, shorter than the default of 30.
  static let stabilitySeconds = 10

  let stack: Stack.Options
  /// Who decides, for the banner.
  let decider: String
  let port: Int?

  init(environment: [String: String]) {
    var options = Stack.Options()
    var settings = environment.filter { $0.key.hasPrefix("GROQ_") && !$0.value.isEmpty }
    let model = settings["GROQ_MODEL"] ?? "openai/gpt-oss-120b"
    decider =
      settings["GROQ_API_KEY"] == nil
      ? "the runbooks (set GROQ_API_KEY and Groq decides)" : "Groq, \(model); the runbooks when it does not answer"
    settings["STABILITY_SECONDS"] = "\(Self.stabilitySeconds)"
    settings["TARGET_NAMESPACE"] = "shop"
    settings["TARGET_DEPLOYMENT"] = "storefront"
    port = FreePorts.isFree(Self.usualPort) ? Self.usualPort : nil
    options.settings = settings
    options.consolePort = port
    stack = options
  }
}
