import ArgumentParser
import Glibc
import Logging
import Server
import ServiceLifecycle
import UnixSignals
import Wire

struct Signer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Holds the command keys in a process of its own, and signs what policy and people let pass.",
    discussion: """
      Run it as another user than the control plane, which is told SIGNER_SOCKET and then needs no key. Before it signs an act it checks \
      that the verdict has the digest that the order names and lets it pass, that a person approved this very order where one is needed, \
      and that its own budget is not used up. `keys rotate` on its directory is taken while it runs.
      """)

  @Option(help: "The Unix socket to listen on.")
  var socket: String

  @Option(help: "Where root.pub, command.key and key-set.json are.")
  var directory: String

  @Option(
    name: .customLong("user"), help: "A user, by name or number, who may ask for signatures besides the signer's own; repeatable."
  )
  var users: [String] = []

  @Option(help: "Different acts that are signed in an hour.")
  var actsPerHour = 60

  @Option(help: "Signatures of any kind in a minute.")
  var signaturesPerMinute = 60_000

  func validate() throws {
    guard (0...100_000).contains(actsPerHour) else { throw ValidationError("--acts-per-hour: expected 0 to 100000") }
    guard (1...10_000_000).contains(signaturesPerMinute) else {
      throw ValidationError("--signatures-per-minute: expected 1 to 10000000")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    let logger = Logger(label: "sre-signer")
    let clock = SystemWallClock()
    let keys = try KeyFiles(reading: directory, now: clock.now)
    var limits = SigningBudget.Limits()
    limits.actsPerHour = actsPerHour
    limits.signaturesPerMinute = signaturesPerMinute
    let office = SigningOffice(ring: keys.ring, budget: SigningBudget(limits), clock: clock)
    let allowed = Set(try users.map(Self.user))
    let server = SignerServer(office: office, path: socket, users: allowed, logger: logger) {
      let others = allowed.isEmpty ? "" : " and \(allowed.sorted().map(String.init).joined(separator: ", "))"
      print("Signer on \(socket) for user \(geteuid())\(others); at most \(actsPerHour) acts an hour. \(keys.summary)")
      fflush(nil)
    }
    try await ServiceGroup(
      configuration: .init(
        services: [server, KeyFilesWatch(directory: directory, office: office, clock: clock, logger: logger)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
  }

  private static func user(_ text: String) throws -> uid_t {
    if let number = uid_t(text) { return number }
    guard let entry = getpwnam(text) else { throw ValidationError("--user: there is no user \(text)") }
    return entry.pointee.pw_uid
  }
}
