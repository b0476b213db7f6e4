import FoundationEssentials
import Glibc
import Server
import Signing
import Wire

/// The key files of a signer: a root key, which agents trust and which only signs key sets, the command key of the present key set, and, while
/// keys change, the one before it.
struct KeyFiles: Sendable {
  /// Of a key set. Made new, with the same keys, when less than half of it is left at a start.
  static let lifetime: Int64 = 365 * 86_400

  let ring: KeyRing
  let rootKey: VerificationKey
  let keySet: KeySet

  static let names = (
    root: "root.key", rootPublic: "root.pub", command: "command.key", previous: "command-previous.key", keySet: "key-set.json"
  )

  /// Makes all files, or none. Nothing that exists is overwritten.
  static func generate(in directory: String, now: Timestamp) throws {
    let all = [names.root, names.rootPublic, names.command, names.previous, names.keySet]
    if let existing = all.first(where: { PrivateFiles.exists(directory + "/" + $0) }) {
      throw KeyFilesError.exists(directory + "/" + existing)
    }
    let making = directory + ".new"
    try? FileManager.default.removeItem(atPath: making)
    try PrivateFiles.makeDirectory(making)
    let (root, command) = (SigningKey(), SigningKey())
    let set = KeySet(version: 1, expiresAt: now.milliseconds / 1000 + lifetime, keys: [command.verificationKey])
    try write(root.encoded(), making + "/" + names.root)
    try write(root.verificationKey.encoded(), making + "/" + names.rootPublic, mode: 0o644)
    try write(command.encoded(), making + "/" + names.command)
    try write(set, signedBy: root, in: making)
    try PrivateFiles.moveDirectory(making, to: directory)
  }

  /// Reads what signing needs. The root key may be kept elsewhere; then the key set is not renewed here.
  init(reading directory: String, now: Timestamp) throws {
    var known = try Known(directory)
    let secondsLeft = known.set.expiresAt - now.milliseconds / 1000
    if secondsLeft < Self.lifetime / 2, let root = try known.rootSecret(in: directory) {
      let renewed = KeySet(
        version: known.set.version + 1, expiresAt: now.milliseconds / 1000 + Self.lifetime, keys: known.set.keys)
      try Self.write(renewed, signedBy: root, in: directory)
      known = try Known(directory)
    } else if secondsLeft <= 0 {
      throw KeyFilesError.keySetExpired
    }
    rootKey = known.root
    keySet = known.set
    ring = KeyRing(
      keySet: SignedKeySet(version: known.set.version, text: known.text.filter { $0 != "\n" }),
      keys: [known.command, known.previous].compactMap { $0 })
  }

  /// Makes a new command key. The one before signs beside it until it is retired, so that agents that do not know the new key set yet follow
  /// either; with `revoking` it is worth nothing from now on.
  ///
  /// Stopped between two steps without `revoking`, what is there is a usable set of keys; with it, the next attempt makes one.
  static func rotate(in directory: String, revoking: Bool, rootKeyFile: String?, now: Timestamp) throws -> KeyFiles {
    let known = try Known(directory, isWhole: !revoking)
    let root = try known.root(secretAt: rootKeyFile, in: directory)
    let new = SigningKey()
    let previous = directory + "/" + names.previous
    if revoking {
      try PrivateFiles.remove(previous)
    } else {
      try write(known.command.encoded(), previous)
    }
    let keys = [new.verificationKey] + (revoking ? [] : [known.command.verificationKey])
    let set = KeySet(version: known.set.version + 1, expiresAt: now.milliseconds / 1000 + lifetime, keys: keys)
    try write(set, signedBy: root, in: directory)
    try write(new.encoded(), directory + "/" + names.command)
    return try KeyFiles(reading: directory, now: now)
  }

  /// Ends the overlap: the key before the present one is worth nothing from now on.
  static func retire(in directory: String, rootKeyFile: String?, now: Timestamp) throws -> KeyFiles {
    let known = try Known(directory)
    guard known.set.keys != [known.command.verificationKey] else { throw KeyFilesError.nothingToRetire }
    let root = try known.root(secretAt: rootKeyFile, in: directory)
    let set = KeySet(
      version: known.set.version + 1, expiresAt: now.milliseconds / 1000 + lifetime, keys: [known.command.verificationKey])
    try write(set, signedBy: root, in: directory)
    try PrivateFiles.remove(directory + "/" + names.previous)
    return try KeyFiles(reading: directory, now: now)
  }

  /// Changes whenever one of the files does.
  static func stamp(of directory: String) -> [String] {
    [names.command, names.previous, names.keySet].map { name in
      var status = stat()
      guard lstat(directory + "/" + name, &status) == 0 else { return "" }
      return "\(status.st_ino) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
  }

  private static func write(_ set: KeySet, signedBy root: SigningKey, in directory: String) throws {
    try PrivateFiles.write(set.signed(by: root).encoded() + [0x0A], to: directory + "/" + names.keySet, mode: 0o644)
  }

  private static func write(_ line: String, _ path: String, mode: mode_t = 0o600) throws {
    try PrivateFiles.write(Array((line + "\n").utf8), to: path, mode: mode)
  }
}

extension KeyFiles {
  /// What lies in the files.
  private struct Known {
    let command: SigningKey
    /// Nil when there is none, or it is no longer in the set.
    let previous: SigningKey?
    let root: VerificationKey
    let set: KeySet
    let text: String

    /// - Parameter isWhole: whether the command key must be in the set.
    init(_ directory: String, isWhole: Bool = true) throws {
      let names = KeyFiles.names
      root = try VerificationKey(decoding: try Self.read(directory + "/" + names.rootPublic))
      text = try Self.read(directory + "/" + names.keySet)
      set = try KeySet(verifying: Array(text.utf8), root: root)
      let newest = try SigningKey(decoding: try Self.read(directory + "/" + names.command))
      guard !isWhole || set.keys.contains(newest.verificationKey) else { throw KeyFilesError.commandKeyNotInSet }
      let older = try PrivateFiles.text(directory + "/" + names.previous).map { try SigningKey(decoding: $0) }
      let current = set
      command = newest
      previous = older.flatMap { older in
        let isOther = older.verificationKey != newest.verificationKey
        return isOther && current.keys.contains(older.verificationKey) ? older : nil
      }
    }

    func rootSecret(in directory: String) throws -> SigningKey? {
      try PrivateFiles.text(directory + "/" + KeyFiles.names.root).map { try SigningKey(decoding: $0) }
    }

    func root(secretAt file: String?, in directory: String) throws -> SigningKey {
      let path = file ?? directory + "/" + KeyFiles.names.root
      let secret = try SigningKey(decoding: try Self.read(path))
      guard secret.verificationKey == root else { throw KeyFilesError.otherRoot(path) }
      return secret
    }

    private static func read(_ path: String) throws(KeyFilesError) -> String {
      guard let text = PrivateFiles.text(path) else { throw .missing(path) }
      return text
    }
  }
}

enum KeyFilesError: Error {
  case exists(String)
  case missing(String)
  case commandKeyNotInSet
  case keySetExpired
  case otherRoot(String)
  case nothingToRetire
}

extension KeyFilesError: CustomStringConvertible {
  var description: String {
    switch self {
    case .exists(let path): "\(path) exists already; keys are never overwritten"
    case .missing(let path): "\(path) cannot be read; `sre-control-plane keys generate` makes a set of keys"
    case .commandKeyNotInSet: "command.key is not in key-set.json; `sre-control-plane keys rotate --revoke` makes a new one"
    case .keySetExpired: "key-set.json has expired, and the root key to renew it is not here"
    case .otherRoot(let path): "\(path) is not the root key that agents trust (root.pub)"
    case .nothingToRetire: "the key set names the present key alone: there is nothing to retire"
    }
  }
}
