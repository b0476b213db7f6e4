import FoundationEssentials
import Glibc
import Signing
import Wire

/// The key files of a control plane: a root key, which agents trust and which only signs key sets, and the command key of the present key set.
struct KeyFiles: Sendable {
  /// Of a key set. Made new, with the same keys, when less than half of it is left at a start.
  static let lifetime: Int64 = 365 * 86_400

  let commandKey: SigningKey
  let keySet: String
  let rootKey: VerificationKey

  static let names = (root: "root.key", rootPublic: "root.pub", command: "command.key", keySet: "key-set.json")

  /// Makes all files, or none. Nothing that exists is overwritten.
  static func generate(in directory: String, now: Timestamp) throws {
    let all = [names.root, names.rootPublic, names.command, names.keySet]
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
    try PrivateFiles.write(set.signed(by: root).encoded() + [0x0A], to: making + "/" + names.keySet, mode: 0o644)
    try PrivateFiles.moveDirectory(making, to: directory)
  }

  /// Reads what serving needs. The root key may be kept elsewhere; then the key set is not renewed here.
  init(reading directory: String, now: Timestamp) throws {
    let names = Self.names
    commandKey = try SigningKey(decoding: try Self.read(directory + "/" + names.command))
    rootKey = try VerificationKey(decoding: try Self.read(directory + "/" + names.rootPublic))
    let set = try Self.read(directory + "/" + names.keySet)
    let known = try KeySet(verifying: Array(set.utf8), root: rootKey)
    guard known.keys.contains(commandKey.verificationKey) else { throw KeyFilesError.commandKeyNotInSet }
    let secondsLeft = known.expiresAt - now.milliseconds / 1000
    let rootPath = directory + "/" + names.root
    guard secondsLeft < Self.lifetime / 2, PrivateFiles.exists(rootPath) else {
      guard secondsLeft > 0 else { throw KeyFilesError.keySetExpired }
      keySet = set
      return
    }
    let root = try SigningKey(decoding: try Self.read(rootPath))
    let renewed = KeySet(version: known.version + 1, expiresAt: now.milliseconds / 1000 + Self.lifetime, keys: known.keys)
    let bytes = renewed.signed(by: root).encoded()
    try PrivateFiles.write(bytes + [0x0A], to: directory + "/" + names.keySet, mode: 0o644)
    keySet = String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ line: String, _ path: String, mode: mode_t = 0o600) throws {
    try PrivateFiles.write(Array((line + "\n").utf8), to: path, mode: mode)
  }

  private static func read(_ path: String) throws(KeyFilesError) -> String {
    guard let text = PrivateFiles.text(path) else { throw .missing(path) }
    return text
  }
}

enum KeyFilesError: Error {
  case exists(String)
  case missing(String)
  case commandKeyNotInSet
  case keySetExpired
}

extension KeyFilesError: CustomStringConvertible {
  var description: String {
    switch self {
    case .exists(let path): "\(path) exists already; keys are never overwritten"
    case .missing(let path): "\(path) cannot be read; `sre-control-plane keys generate` makes a set of keys"
    case .commandKeyNotInSet: "command.key is not in key-set.json"
    case .keySetExpired: "key-set.json has expired, and the root key to renew it is not here"
    }
  }
}
