import ArgumentParser
import Server

struct Token: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the bearer token for people and scripts; makes it when there is none.",
    discussion: "The token is in DATA_DIRECTORY/tokens. Delete the file and restart to replace it.")

  @Flag(help: "The token with which Alertmanager posts to /webhook.")
  var webhook = false

  @Flag(help: "The token with which Prometheus reads /metrics.")
  var metrics = false

  @Option(name: .customLong("config"), help: "A YAML file with settings.")
  var file: String?

  func run() async throws {
    let scope: AccessToken.Scope = webhook ? .webhook : metrics ? .metrics : .console
    print(try TokenFiles.token(scope, in: try await Settings.read(file: file).dataDirectory))
  }

  func validate() throws {
    if webhook && metrics { throw ValidationError("one of --webhook and --metrics at a time") }
  }
}
