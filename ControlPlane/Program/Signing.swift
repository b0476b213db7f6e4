import Logging
import Server
import ServiceLifecycle
import Wire

/// Who signs: this process, or a signer behind a socket.
struct Signing {
  let signer: any CommandSigner
  /// Nil while a signer does not answer; it is asked again and again.
  let keySet: SignedKeySet?
  let title: String
  let services: [ServiceGroupConfiguration.ServiceConfiguration]

  init(_ settings: Settings, clock: any WallClock, logger: Logger) async throws {
    if let path = settings.signerSocket {
      let remote = SocketSigner(path: path)
      signer = remote
      services = []
      do throws(SignerError) {
        let known = try await remote.keySet()
        keySet = known
        title = "by the signer at \(path), key set \(known.version)"
      } catch {
        keySet = nil
        title = "\(error); no agent is linked until it answers"
      }
      return
    }
    let directory = settings.dataDirectory.keys
    if !PrivateFiles.exists(directory + "/" + KeyFiles.names.command) {
      try KeyFiles.generate(in: directory, now: clock.now)
    }
    let ring = try KeyFiles(reading: directory, now: clock.now).ring
    let office = SigningOffice(ring: ring, clock: clock)
    signer = office
    keySet = ring.keySet
    title = "by this process, key set \(ring.keySet.version), key \(ring.keyIDs.joined(separator: " and "))"
    services = [.init(service: KeyFilesWatch(directory: directory, office: office, clock: clock, logger: logger))]
  }
}
