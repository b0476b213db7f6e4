import ArgumentParser
import Wire

struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the keys with which commands are signed.", subcommands: [Generate.self])

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes root.key, root.pub, command.key and key-set.json.",
      discussion: """
        Agents need root.pub only. root.key signs key sets; after this it can be kept offline. Nothing that exists is overwritten.
        """)

    @Option(help: "Where to write them, readable by this user alone.")
    var directory: String

    func run() throws {
      try KeyFiles.generate(in: directory, now: SystemWallClock().now)
      print("Keys are in \(directory). Give agents root.pub; keep root.key and command.key to yourself.")
    }
  }
}
