import ArgumentParser
import FoundationEssentials
import Server
import Signing
import Wire

struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The keys with which commands are signed.",
    subcommands: [Generate.self, Rotate.self, Retire.self, Show.self])

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

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a new command key; the old one signs beside it until `keys retire`.",
      discussion: """
        Run it as the user of whoever signs, while that runs: it takes the new keys within seconds, and agents are told the new key set. \
        An older key set is refused by them from then on.
        """)

    @Option(help: "Where the keys are (default: DATA_DIRECTORY/keys).")
    var directory: String?

    @Option(help: "root.key, where it is kept elsewhere.")
    var rootKey: String?

    @Flag(help: "The old key is lost or stolen: it is worth nothing as soon as agents know.")
    var revoke = false

    func run() throws {
      let keys = try KeyFiles.rotate(
        in: KeysDirectory(directory).path, revoking: revoke, rootKeyFile: rootKey, now: SystemWallClock().now)
      print(keys.summary)
      if !revoke { print("When every agent has been linked since, end the overlap by `sre-control-plane keys retire`.") }
    }
  }

  struct Retire: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends the overlap: only the newest command key is worth anything.")

    @Option(help: "Where the keys are (default: DATA_DIRECTORY/keys).")
    var directory: String?

    @Option(help: "root.key, where it is kept elsewhere.")
    var rootKey: String?

    func run() throws {
      print(try KeyFiles.retire(in: KeysDirectory(directory).path, rootKeyFile: rootKey, now: SystemWallClock().now).summary)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the present key set; no secret is printed.")

    @Option(help: "Where the keys are (default: DATA_DIRECTORY/keys).")
    var directory: String?

    func run() throws {
      print(try KeyFiles(reading: KeysDirectory(directory).path, now: SystemWallClock().now).summary)
    }
  }
}

/// Where keys are when nobody says.
struct KeysDirectory {
  let path: String

  init(_ given: String?) {
    path = given ?? DataDirectory(path: ProcessEnvironment.all["DATA_DIRECTORY"] ?? "data").keys
  }
}

extension KeyFiles {
  var summary: String {
    let keys = ring.keyIDs.joined(separator: " and ")
    return "Key set \(keySet.version), valid until \(Timestamp(seconds: keySet.expiresAt)); commands are signed by \(keys)."
  }
}
