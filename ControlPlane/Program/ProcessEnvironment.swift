import FoundationEssentials

enum ProcessEnvironment {
  static var all: [String: String] { ProcessInfo.processInfo.environment }
}
