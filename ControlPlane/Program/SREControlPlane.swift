import ArgumentParser

@main
struct SREControlPlane: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sre-control-plane",
    abstract: "Takes alerts, gathers evidence, decides, asks, dispatches signed commands, verifies, reports.",
    discussion: """
      Settings come from the environment, from `.env` in the working directory, and from the YAML file named with --config, in \
      that order. `sre-control-plane serve --help-settings` lists them.
      """,
    version: Version.current, subcommands: [Serve.self, Signer.self, Keys.self, Token.self, Audit.self, Memory.self],
    defaultSubcommand: Serve.self)
}

enum Version {
  static let current = "0.1.0"
}
