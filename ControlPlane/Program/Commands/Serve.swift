import ArgumentParser
import Logging
import Wire

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs the control plane until SIGTERM or SIGINT.")

  @Option(name: .customLong("config"), help: "A YAML file with settings; environment and .env go before it.")
  var file: String?

  @Flag(help: "Lists all settings and ends.")
  var helpSettings = false

  func run() async throws {
    if helpSettings { return print(Setting.table) }
    let settings = try await Settings.read(file: file)
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "sre-control-plane")
    logger.logLevel = settings.logLevel
    try await ControlPlane(settings: settings, clock: SystemWallClock(), logger: logger).run()
  }
}
